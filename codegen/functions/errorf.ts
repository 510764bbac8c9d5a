import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS, sendFormatted } from "./parts/formatted.js";

export const errorf = defineFunction({
  name: "errorf",
  takesLongText: true,
  doc: {
    summary: "Prints an error and its place in the script; the run goes on.",
    example: 'BEGIN { errorf("too many: %d", pid); exit(); }',
  },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: checkFormat,
  sends: () => true,
  lower: (cx, call) => {
    sendFormatted(cx, call, (format) => ({ action: "errorf", site: { format } }));
    return undefined;
  },
});
