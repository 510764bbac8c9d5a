import type { Expr, MapShape, Statement } from "../program.js";
import { INT64, INT_TYPES, UINT64 } from "../types.js";
import type { Context, Scope } from "./context.js";
import { few } from "./few.js";
import { integer } from "./numbers.js";

export function aggregation(cx: Context, scope: Scope): Statement | undefined {
  return scope.aggregations.length === 0 ? undefined : aggregate(cx, scope, cx.pick(scope.aggregations));
}

export function aggregate(cx: Context, scope: Scope, map: MapShape): Statement | undefined {
  if (map.aggregation === undefined) return undefined;
  const { by, isSigned } = map.aggregation;
  return {
    kind: "aggregation",
    map: map.name,
    key: map.key && few(cx, scope, map.key),
    by,
    isSigned,
    value: by === "count" ? undefined : argument(cx, scope, by, isSigned),
  };
}

/** An unsigned one takes unsigned arguments only; buckets are of signed 64-bit numbers. */
function argument(cx: Context, scope: Scope, by: string, isSigned: boolean): Expr {
  if (by === "hist" || by === "lhist") return integer(cx, scope, INT64, 2);
  const types = INT_TYPES.filter((type) => isSigned || !type.isSigned);
  return integer(cx, scope, cx.once(2) ? (isSigned ? INT64 : UINT64) : cx.pick(types), 2);
}
