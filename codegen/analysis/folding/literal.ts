/** Literal nodes. */
import type { BoolLiteral, Expr, IntegerLiteral, Span, StringLiteral } from "../../../grammar/index.js";

export type Literal = IntegerLiteral | StringLiteral | BoolLiteral;
export type LiteralValue = bigint | string | boolean;

export const isLiteral = (node: Expr): node is Literal =>
  node.kind === "integer" || node.kind === "string" || node.kind === "bool";

export function literal(value: LiteralValue, span: Span): Literal {
  switch (typeof value) {
    case "bigint":
      return { kind: "integer", span, value };
    case "string":
      return { kind: "string", span, value };
    case "boolean":
      return { kind: "bool", span, value };
  }
}
