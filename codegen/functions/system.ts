import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS, sendFormatted } from "./parts/formatted.js";

export const system = defineFunction({
  name: "system",
  doc: {
    summary: "Runs a command, waits for its end and prints what it has printed.",
    example: 'BEGIN { system("echo %d", pid); exit(); }',
  },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: checkFormat,
  isUnsafe: true,
  words: { unsafe: "function-unsafe" },
  sends: () => true,
  lower: (cx, call) => {
    sendFormatted(cx, call, (format) => ({ action: "system", site: { format } }));
    return undefined;
  },
});
