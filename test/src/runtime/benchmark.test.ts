import { expect, test } from "vitest";
import { measure } from "../../../src/runtime/benchmark.js";

/** The numbers of runs that are tried of something that takes so many nanoseconds. */
async function triedOf(ns: number): Promise<readonly number[]> {
  const tried: number[] = [];
  const measurement = await measure((runs) => {
    tried.push(runs);
    return Promise.resolve(ns);
  });
  expect(measurement).toEqual({ ns, runs: tried.at(-1) });
  return tried;
}

test.each([
  [2_000_000, [1]],
  [600_000, [1, 2]],
  [52, [1, 1000, 10_000, 20_000]],
  [1, [1, 1000, 100_000, 200_000, 400_000, 800_000, 1_600_000]],
  [0, [1, 1000, 1_000_000, 1_000_000_000]],
])("what takes %d ns is run %j times", async (ns, runs) => {
  expect(await triedOf(ns)).toEqual(runs);
});

test("what gives up is not measured", async () => {
  expect(await measure(() => Promise.resolve(undefined))).toBeUndefined();
});
