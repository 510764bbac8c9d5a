import type { Expr, Span } from "../../../grammar/index.js";
import type { Type } from "../../types/type.js";
import type { BodyTyping } from "./body-typing.js";

/** Values that nobody takes; `++` and `--` do something by themselves. */
export function checkDiscarded(cx: BodyTyping, expr: Expr, type: Type, span: Span): void {
  if (isEmptyTuple(expr)) return cx.bag.error("assignment-none", expr.span, {});
  if (expr.kind === "step" || type.kind === "none" || type.kind === "void") return;
  cx.bag.warning("value-discarded", span, {});
}

/** `()` is nothing, and nothing can be done with it. */
const isEmptyTuple = (expr: Expr): boolean => expr.kind === "tuple" && expr.elements.length === 0;
