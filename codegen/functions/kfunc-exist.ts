import { findFunction } from "../btf/index.js";
import { BOOL } from "../types/type.js";
import { defineFunction, lowerConstant } from "../language/function.js";

export const kfuncExist = defineFunction({
  name: "kfunc_exist",
  isMacro: true,
  doc: {
    summary: "Whether the kernel has a function of that name that programs might call, known at compile time.",
    example: 'BEGIN { print(kfunc_exist("bpf_task_from_pid")); exit(); }',
  },
  params: [{ name: "name", kind: "value" }],
  result: BOOL,
  constant: ({ literal, facts }) => {
    const name = literal(0);
    if (typeof name !== "string") return undefined;
    return facts.btf !== undefined && findFunction(facts.btf, name) !== undefined;
  },
  check: ({ call, bag }) => bag.error("kfunc-literal", call.span, { name: call.name }),
  lower: lowerConstant,
});
