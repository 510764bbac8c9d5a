/** The types that calls of `count()`, `sum()` … give to a map (language.md 12). */
import type { Call } from "../../../grammar/index.js";
import type { AggregationDefinition } from "../../language/aggregation.js";
import { asInteger } from "../../types/promote.js";
import { aggregation, type Type } from "../../types/type.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

/** Any signed argument makes it signed. */
export function typeAggregation(cx: BodyTyping, call: Call, { type: of }: AggregationDefinition): Type {
  const [first] = call.args;
  if (of.sign === "none" || first === undefined) return aggregation(of);
  const type = cx.known(first);
  if (isUnknown(type)) return UNKNOWN;
  return aggregation(of, asInteger(type)?.isSigned ?? false);
}
