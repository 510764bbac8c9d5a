/** How a value is seen by what takes it: aggregations read as integers, integers that fit (language.md 8.4, 12.3). */
import { asInteger } from "./promote.js";
import { INT64, isCastable, type Type, UINT64 } from "./type.js";

/** `count sum min max avg` read as 64-bit integers; everything else as itself. */
export function read(type: Type): Type {
  if (type.kind !== "aggregation" || !isCastable(type)) return type;
  return type.isSigned ? INT64 : UINT64;
}

/** Whether every value of `from` is a value of `to`. */
export function fits(from: Type, to: Type): boolean {
  const a = asInteger(from);
  const b = asInteger(to);
  if (a === undefined || b === undefined) return true;
  if (a.isFlexible || a.isSigned === b.isSigned) return a.bytes <= b.bytes;
  return !a.isSigned && a.bytes < b.bytes;
}
