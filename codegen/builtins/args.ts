import { memory } from "../language/lowering.js";
import { helpOnLack } from "../language/provider.js";
import { parametersInMemory } from "../vocabulary/placed-parameters.js";
import { NONE } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const args = defineBuiltin({
  name: "args",
  doc: {
    summary: "The fields of the traced event.",
    example: "tracepoint:syscalls:sys_exit_read { @bytes = hist(args.ret); }",
  },
  type: ({ context }) => context.args?.struct ?? NONE,
  usesContext: true,
  check: ({ context, span }, bag) => {
    if (context.args !== undefined) return true;
    if (context.argsTrouble !== undefined) bag.error("args-no-parameters", span, {});
    else bag.error("args-unavailable", span, { probeType: context.probeType }, { help: helpOnLack(context, "args") });
    return false;
  },
  lower: (cx, { span }) =>
    cx.context.args?.kind === "placed"
      ? memory(parametersInMemory(cx, cx.context.args, span))
      : { kind: "address", value: cx.contextPointer(), space: "kernel" },
});
