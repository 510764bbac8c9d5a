import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS, sendFormatted } from "./parts/formatted.js";

export const warnf = defineFunction({
  name: "warnf",
  takesLongText: true,
  doc: {
    summary: "Prints a warning and its place in the script.",
    example: 'BEGIN { warnf("many: %d", pid); exit(); }',
  },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: checkFormat,
  sends: () => true,
  lower: (cx, call) => {
    sendFormatted(cx, call, (format) => ({ action: "warnf", site: { format } }));
    return undefined;
  },
});
