import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isArray = defineFunction({
  name: "is_array",
  isMacro: true,
  doc: {
    summary: "Whether the value is an array, known at compile time.",
    example: "BEGIN { print(is_array((uint8[4])(uint32)1)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: (call) => call.typeOf(firstArgument(call.call)).kind === "array",
  lower: lowerConstant,
});
