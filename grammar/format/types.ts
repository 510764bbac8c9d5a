import type { Expr, TypeExpr } from "../ast.js";

const TYPE_KINDS: ReadonlySet<string> = new Set<TypeExpr["kind"]>([
  "named-type",
  "pointer-type",
  "array-type",
  "typeof-type",
]);

export const isTypeExpr = (node: TypeExpr | Expr): node is TypeExpr => TYPE_KINDS.has(node.kind);
