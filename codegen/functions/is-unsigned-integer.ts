import { asInteger } from "../types/promote.js";
import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isUnsignedInteger = defineFunction({
  name: "is_unsigned_integer",
  isMacro: true,
  doc: {
    summary: "Whether the value is an unsigned integer, known at compile time.",
    example: "BEGIN { print(is_unsigned_integer(pid)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: (call) => asInteger(call.typeOf(firstArgument(call.call)))?.isSigned === false,
  lower: lowerConstant,
});
