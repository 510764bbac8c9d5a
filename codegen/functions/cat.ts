import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS, sendFormatted } from "./parts/formatted.js";

export const cat = defineFunction({
  name: "cat",
  doc: { summary: "Prints the beginning of a file.", example: 'BEGIN { cat("/proc/%d/comm", pid); exit(); }' },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: checkFormat,
  sends: () => true,
  lower: (cx, call) => {
    sendFormatted(cx, call, (format) => ({ action: "cat", site: { format, limit: cx.config.maxCatBytes } }));
    return undefined;
  },
});
