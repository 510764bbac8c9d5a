import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isStr = defineFunction({
  name: "is_str",
  isMacro: true,
  doc: {
    summary: "Whether the value is a string, known at compile time.",
    example: "BEGIN { print(is_str(comm)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: (call) => call.typeOf(firstArgument(call.call)).kind === "string",
  lower: lowerConstant,
});
