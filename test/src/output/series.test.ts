import { describe, expect, test } from "vitest";
import { memoryOf } from "../../../src/output/memory.js";
import type { MapReading } from "../../../src/output/map-reading.js";
import { collectSeries, type SeriesFormat } from "../../../src/output/aggregations/parts/series.js";

type Slot = readonly [value: bigint, meta: bigint, epoch: bigint];

/** One entry without a key of the script, with what each CPU holds. */
function readingOf(...slots: readonly Slot[]): MapReading {
  return {
    count: 1,
    keys: memoryOf(new Uint8Array(8)),
    keyStride: 8,
    values: memoryOf(new Uint8Array(BigUint64Array.from(slots.flat()).buffer)),
    valueStride: 24 * slots.length,
    cpus: slots.length,
    cpuStride: 24,
  };
}

const format = (how: SeriesFormat["how"]): SeriesFormat => ({
  kind: "tseries",
  how,
  isSigned: true,
  intervalNs: 1n,
  intervals: 4n,
});

const SLOTS: readonly Slot[] = [
  [7n, 2n, 10n],
  [100n, 9n, 9n],
  [-3n, 1n, 10n],
  [50n, 50n, 0n],
];

describe("the CPUs that have seen the latest interval count", () => {
  const ROWS = [
    ["last", 7],
    ["sum", 4],
    ["avg", 1],
    ["min", -3],
    ["max", 7],
  ] as const;
  for (const [how, value] of ROWS) {
    test(how, () => {
      expect(collectSeries(readingOf(...SLOTS), format(how))).toEqual([{ entry: 0, points: [{ epoch: 10n, value }] }]);
    });
  }
});

test("an entry that no CPU has set is known, and has no points", () => {
  expect(collectSeries(readingOf([0n, 0n, 0n]), format("sum"))).toEqual([{ entry: 0, points: [] }]);
});
