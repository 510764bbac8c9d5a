/** The types that calls of `count()`, `sum()` … give to a map (language.md 12). */
import type { Call } from "../../../grammar/index.js";
import type { AggregationDefinition } from "../../language/function.js";
import { asInteger } from "../../types/promote.js";
import { aggregation, type AggregationName, type Type } from "../../types/type.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

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
