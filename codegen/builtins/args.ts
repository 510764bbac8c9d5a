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
    bag.error("args-unavailable", span, { probeType: context.probeType });
    return false;
  },
  lower: (cx) => ({ kind: "address", value: cx.contextPointer(), space: "kernel" }),
});
