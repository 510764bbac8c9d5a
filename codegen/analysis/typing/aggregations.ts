/** Calls of `count()`, `sum()` …: the whole right side of an assignment to a map (language.md 12). */
import type { Call, Expr } from "../../../grammar/index.js";
import { FUNCTIONS } from "../../functions/index.js";
import type { AggregationDefinition } from "../../language/function.js";
import { asInteger } from "../../types/promote.js";
import { aggregation, type AggregationName, type Type } from "../../types/type.js";
import { isUnknown, UNKNOWN } from "../slots.js";
import type { BodyTyping } from "./body-typing.js";

export function aggregationNamed(name: string): AggregationDefinition | undefined {
  const definition = FUNCTIONS.get(name);
  return definition?.kind === "aggregation" ? definition : undefined;
}

/** Blocks that end in the call are transparent. */
export function calledAggregation(expr: Expr): Call | undefined {
  if (expr.kind === "call") return aggregationNamed(expr.name) === undefined ? undefined : expr;
  return expr.kind === "block" && expr.value !== undefined ? calledAggregation(expr.value) : undefined;
}

const HAS_SIGN: ReadonlySet<AggregationName> = new Set(["sum", "min", "max", "avg", "stats"]);

export const aggregatesSigned = (name: string): boolean => (HAS_SIGN as ReadonlySet<string>).has(name);

/** Any signed argument makes it signed. */
export function typeAggregation(cx: BodyTyping, call: Call, definition: AggregationDefinition): Type {
  const of = definition.aggregates;
  const [first] = call.args;
  const hasSign = HAS_SIGN.has(of) || of === "tseries";
  if (!hasSign || first === undefined) return aggregation(of);
  const type = cx.known(first);
  if (isUnknown(type)) return UNKNOWN;
  return aggregation(of, asInteger(type)?.isSigned ?? false);
}

const EXAMPLES: { readonly [N in AggregationName]: string } = {
  count: "count()",
  sum: "sum(retval)",
  min: "min(retval)",
  max: "max(retval)",
  avg: "avg(retval)",
  hist: "hist(retval)",
  lhist: "lhist(rand %10, 0, 10, 1)",
  tseries: "tseries(rand %10, 10s, 1)",
  stats: "stats(arg2)",
};

/** A call for the message that asks for one. */
export const aggregationExample = (name: AggregationName): string => EXAMPLES[name];
