import { type Integer, narrow } from "../integer.js";
import type { MapReading } from "../map-reading.js";
import type { Aggregation } from "./parts/define.js";
import { NUMBER, shownIntegers } from "./parts/integers.js";

/** u64 count, 128 bits of the sum, 192 of the sum of the squares; the lowest word comes first. */
export const stddev: Aggregation<"stddev"> = {
  ...NUMBER,
  record: "stats",
  compile:
    ({ isSigned }) =>
    (reading) => {
      const all = Array.from({ length: reading.count }, (_, entry) => sumsOf(reading, entry, isSigned));
      return shownIntegers(all.map(deviation), (entry) => (all[entry]?.count ?? 0n) > 0n);
    },
};

interface Sums {
  readonly count: bigint;
  readonly sum: bigint;
  readonly squares: bigint;
}

function sumsOf({ values, valueStride, cpus, cpuStride }: MapReading, entry: number, isSigned: boolean): Sums {
  let [count, sum, squares] = [0n, 0n, 0n];
  for (let cpu = 0; cpu < cpus; cpu++) {
    const at = entry * valueStride + cpu * cpuStride;
    const words = (first: number, length: number): bigint => {
      let number = 0n;
      for (let i = length - 1; i >= 0; i--)
        number = (number << 64n) | values.view.getBigUint64(at + 8 * (first + i), true);
      return number;
    };
    count += words(0, 1);
    sum += isSigned ? BigInt.asIntN(128, words(1, 2)) : words(1, 2);
    squares += words(3, 3);
  }
  return { count, sum, squares };
}

/** √(n∑x² − (∑x)²) / n, and nothing is rounded before the end. */
const deviation = ({ count, sum, squares }: Sums): Integer =>
  count === 0n ? 0 : narrow(squareRoot(count * squares - sum * sum) / count);

/** Rounded down; by Newton's method, from above. */
function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
