import { scalar } from "../language/lowering.js";
import { registerOffset, RETURN_REGISTER } from "../kernel/pt-regs.js";
import { int } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const retval = defineBuiltin({
  name: "retval",
  doc: { summary: "Return value of the traced function.", example: "kretprobe:vfs_read { @bytes = hist(retval); }" },
  type: ({ context }) => int(8, false, context.space),
  usesContext: true,
  check: ({ context, span }, bag) => {
    if (context.hasRetval) return true;
    bag.error("retval-unavailable", span, { instead: context.insteadOf.retval });
    return false;
  },
  lower: (cx) =>
    scalar(cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, RETURN_REGISTER[cx.facts.arch]), 8)),
});
