import { registerOffset, RETURN_REGISTER } from "../kernel/pt-regs.js";
import { scalar } from "../language/lowering.js";
import { helpOnLack, type ProbeContext, RETURN_VALUE } from "../language/provider.js";
import type { Member, StructSource } from "../types/struct-source.js";
import { int, NONE } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const retval = defineBuiltin({
  name: "retval",
  longName: "__builtin_retval",
  doc: { summary: "Return value of the traced function.", example: "kretprobe:vfs_read { @bytes = hist(retval); }" },
  type: ({ context, structs }) =>
    context.retval === "register" ? int(8, false, context.space) : (memberFor(context, structs)?.type ?? NONE),
  usesContext: true,
  check: ({ context, structs, span }, bag) => {
    if (context.retval === undefined) {
      bag.error(
        "retval-unavailable",
        span,
        { instead: context.insteadOf.retval },
        { help: helpOnLack(context, "retval") },
      );
      return false;
    }
    if (context.retval === "register" || memberFor(context, structs) !== undefined) return true;
    bag.error("field-absent", span, { field: RETURN_VALUE });
    return false;
  },
  lower: (cx, node) => {
    if (cx.context.retval === "args") return cx.argument(RETURN_VALUE, node.span);
    return scalar(cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, RETURN_REGISTER[cx.facts.arch]), 8));
  },
});

const memberFor = ({ args }: ProbeContext, structs: StructSource): Member | undefined =>
  args === undefined ? undefined : structs.member(args.struct, RETURN_VALUE);
