import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isPtr = defineFunction({
  name: "is_ptr",
  isMacro: true,
  doc: {
    summary: "Whether the value is a pointer, known at compile time.",
    example: "BEGIN { print(is_ptr(curtask)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: (call) => call.typeOf(firstArgument(call.call)).kind === "pointer",
  lower: lowerConstant,
});
