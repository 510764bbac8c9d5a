import { expect, test } from "vitest";
import { aheadOfBootNs, CLOCKS } from "../../../src/runtime/clocks.js";

/** Boot time stands still; the other clock reads these seconds and nanoseconds, one after the other. */
function clockReader(readings: readonly (readonly [seconds: number, ns: number])[]) {
  let next = 0;
  return {
    clockNs: (clock: number): bigint => {
      if (clock === CLOCKS.boot) return 100n;
      const [seconds, ns] = readings[next++ % readings.length] ?? [0, 0];
      return BigInt(seconds) * 1_000_000_000n + BigInt(ns);
    },
  };
}

test("the quickest round counts, and the middle between its two readings", () => {
  const readings = [
    [5, 0],
    [5, 900],
    [5, 1000],
    [5, 1020],
    [5, 2000],
    [5, 2500],
  ] as const;
  expect(aheadOfBootNs(clockReader(readings), "tai")).toBe(5_000_000_000n + 1010n - 100n);
});

test.each([
  ["goes backwards", [[5, 10] as const, [5, 5] as const]],
  ["enters another second", [[5, 999_999_999] as const, [6, 0] as const]],
])("a clock that %s says nothing", (_, readings) => {
  expect(aheadOfBootNs(clockReader(readings), "realtime")).toBeUndefined();
});
