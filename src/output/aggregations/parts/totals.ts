/** `avg()` and `stats()`: u64 total, u64 count */
import { type Integer, narrow } from "../../integer.js";
import type { MapReading } from "../../map-reading.js";
import { isZero, summed } from "./integers.js";

interface Totals {
  readonly counts: readonly Integer[];
  readonly sums: readonly Integer[];
  readonly averages: readonly Integer[];
}

export function totals(r: MapReading, isSigned: boolean): Totals {
  const sums = summed(r, 0, isSigned);
  const counts = summed(r, 8, false);
  const averages = sums.map((sum, i) => {
    const count = counts[i] ?? 0;
    if (isZero(count)) return 0;
    return typeof sum === "number" && typeof count === "number"
      ? Math.trunc(sum / count)
      : narrow(BigInt(sum) / BigInt(count));
  });
  return { counts, sums, averages };
}
