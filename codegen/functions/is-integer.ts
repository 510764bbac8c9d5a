import { asInteger } from "../types/promote.js";
import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isInteger = defineFunction({
  name: "is_integer",
  isMacro: true,
  doc: {
    summary: "Whether the value is an integer, known at compile time.",
    example: "BEGIN { print(is_integer(pid)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: (call) => asInteger(call.typeOf(firstArgument(call.call))) !== undefined,
  lower: lowerConstant,
});
