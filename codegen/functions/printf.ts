import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { checkSeqFormat, writeFormatted } from "./parts/seq-format.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS, sendFormatted } from "./parts/formatted.js";

export const printf = defineFunction({
  name: "printf",
  takesLongText: true,
  doc: { summary: "Prints formatted text.", example: 'BEGIN { printf("%s %d\\n", comm, pid); exit(); }' },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: (check) => {
    checkFormat(check);
    if (check.context.seqFile === "text" && !check.bag.hasErrors) checkSeqFormat(check);
  },
  sends: () => true,
  isWrittenToFiles: true,
  lower: (cx, call) => {
    if (cx.context.seqFile === "text") writeFormatted(cx, call);
    else sendFormatted(cx, call, (format) => ({ action: "printf", site: { format } }));
    return undefined;
  },
});
