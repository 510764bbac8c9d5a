/** `min()` and `max()`: u64 value, u64 is-set */
import type { IntegerData } from "../../data.js";
import { compareIntegers, type Integer, integerReader } from "../../integer.js";
import type { CompiledValues } from "./define.js";
import { anyCpu, isFlagged, shownIntegers } from "./integers.js";

/** @param wanted - the sign of (new, old) if the new one is kept */
export function extremes(wanted: 1 | -1, isSigned: boolean): CompiledValues<IntegerData> {
  const read = integerReader(8, isSigned);
  return (r) => {
    const values = Array.from({ length: r.count }, (_, i) => {
      let best: Integer | undefined;
      for (let cpu = 0; cpu < r.cpus; cpu++) {
        if (!isFlagged(r, i, cpu, 8)) continue;
        const value = read(r.values, i * r.valueStride + cpu * r.cpuStride);
        if (best === undefined || compareIntegers(value, best) === wanted) best = value;
      }
      return best ?? 0;
    });
    // Compared as unsigned whatever the sign: negative values come last.
    const unsigned = values.map((v) => (v < 0 ? BigInt.asUintN(64, BigInt(v)) : v));
    return {
      ...shownIntegers(values, anyCpu(r, 8)),
      order: (a, b) => compareIntegers(unsigned[a] ?? 0, unsigned[b] ?? 0),
    };
  };
}
