import type { Expr } from "../../grammar/index.js";
import { BOOL } from "../types/type.js";
import { defineFunction, firstArgument, lowerConstant } from "../language/function.js";

export const isLiteral = defineFunction({
  name: "is_literal",
  isMacro: true,
  doc: {
    summary: "Whether the value is a literal, known at compile time.",
    example: "BEGIN { print(is_literal(5)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  constant: ({ call }) => isLiteralValue(firstArgument(call)),
  lower: lowerConstant,
});

/** Tuples and records of literals are literals. */
function isLiteralValue(expr: Expr): boolean {
  switch (expr.kind) {
    case "integer":
    case "string":
    case "bool":
      return true;
    case "tuple":
      return expr.elements.every(isLiteralValue);
    case "record":
      return expr.fields.every((field) => isLiteralValue(field.value));
    default:
      return false;
  }
}
