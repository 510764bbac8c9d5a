/** `avg()` and `stats()`: u64 total, u64 count */
import { type Integer, narrow } from "../../integer.js";
import type { MapReading } from "../../map-reading.js";
import { type Integers, isZero, summed } from "./integers.js";

export interface Totals {
  readonly counts: Integers;
  readonly sums: Integers;
  readonly averages: Integers;
}

export function totals(r: MapReading, isSigned: boolean): Totals {
  const sums = summed(r, 0, isSigned);
  const counts = summed(r, 8, false);
  return { counts, sums, averages: averagesOf(sums, counts) };
}

function averagesOf(sums: Integers, counts: Integers): Integers {
  if (sums instanceof Float64Array && counts instanceof Float64Array) {
    return sums.map((sum, i) => (counts[i] === 0 ? 0 : Math.trunc(sum / (counts[i] ?? 1))));
  }
  return Array.from(sums, (sum: Integer, i) => {
    const count = counts[i] ?? 0;
    if (isZero(count)) return 0;
    return typeof sum === "number" && typeof count === "number"
      ? Math.trunc(sum / count)
      : narrow(BigInt(sum) / BigInt(count));
  });
}
