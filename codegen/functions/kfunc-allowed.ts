import { BOOL } from "../types/type.js";
import { defineFunction, lowerConstant } from "../language/function.js";

export const kfuncAllowed = defineFunction({
  name: "kfunc_allowed",
  isMacro: true,
  doc: {
    summary: "Whether the kernel has a function of that name that this probe may call, known at compile time.",
    example: 'BEGIN { print(kfunc_allowed("bpf_task_from_pid")); exit(); }',
  },
  params: [{ name: "name", kind: "value" }],
  result: BOOL,
  constant: ({ literal, facts, context }) => {
    const name = literal(0);
    if (typeof name !== "string") return undefined;
    return facts.allowsKfunc(name, context.programType);
  },
  check: ({ call, bag }) => bag.error("kfunc-literal", call.span, { name: call.name }),
  lower: lowerConstant,
});
