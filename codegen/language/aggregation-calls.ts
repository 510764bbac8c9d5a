/** Calls of `count()`, `sum()` …: the whole right side of an assignment to a map (language.md 12). */
import type { Call, Expr } from "../../grammar/index.js";
import { aggregationNamed, type Language } from "./language.js";

/** Blocks that end in the call are transparent. */
export function calledAggregation(language: Language, expr: Expr): Call | undefined {
  if (expr.kind === "call") return aggregationNamed(language, expr.name) === undefined ? undefined : expr;
  return expr.kind === "block" && expr.value !== undefined ? calledAggregation(language, expr.value) : undefined;
}
