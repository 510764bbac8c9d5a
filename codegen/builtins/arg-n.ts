import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { helpOnLack } from "../language/provider.js";
import { ARCHITECTURE_NAMES, ARGUMENT_REGISTERS, registerOffset } from "../kernel/pt-regs.js";
import { checkPlaces, placedArgument } from "../vocabulary/placed-argument.js";
import { int } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

const indexOf = (name: string): number => Number(name.slice("arg".length));

export const argN = defineBuiltin({
  name: "argN",
  doc: {
    summary: "Argument N of the traced function, from 0, as it stands in its register.",
    example: "kprobe:vfs_read { @bytes = hist(arg2); }",
  },
  type: ({ context }) => int(8, context.hasArgN === "sites", context.space),
  usesContext: true,
  check: ({ name, context, facts, span }, bag) => {
    if (context.hasArgN === undefined) {
      bag.error("arg-unavailable", span, { name }, { help: helpOnLack(context, "argN") });
      return false;
    }
    if (context.hasArgN === "registers" && indexOf(name) >= ARGUMENT_REGISTERS[facts.arch].length) {
      bag.error("arg-register", span, { name, arch: ARCHITECTURE_NAMES[facts.arch] });
      return false;
    }
    return context.hasArgN !== "sites" || checkPlaces(context, indexOf(name), { name, span }, bag);
  },
  lower: (cx, node) => {
    const index = indexOf(node.kind === "identifier" || node.kind === "call" ? node.name : "arg0");
    if (cx.context.hasArgN === "slots") return scalar(slotValue(cx, index));
    if (cx.context.hasArgN === "sites") return scalar(placedArgument(cx, index, node.span));
    const register = ARGUMENT_REGISTERS[cx.facts.arch][index];
    if (register === undefined) throw new Error(`no register for argument ${index}`);
    return scalar(cx.b.load(cx.contextPointer(), registerOffset(cx.facts.arch, register), 8));
  },
});

/** One of which nothing is known may be a pointer. */
function slotValue(cx: Lowering, index: number): Value {
  const value = cx.b.load(cx.contextPointer(), index * 8, 8);
  const { args } = cx.context;
  const members = args === undefined ? [] : cx.structs.members(args.struct);
  const type = members.findLast(({ offsetBits }) => offsetBits <= index * 64)?.type;
  return type === undefined || type.kind === "pointer" ? cx.asNumber(value) : value;
}
