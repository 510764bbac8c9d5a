import { expect, test } from "vitest";
import { exactSums } from "../../../src/output/aggregations/parts/exact-sums.js";
import type { MapReading } from "../../../src/output/map-reading.js";
import { memoryOf } from "../../../src/output/memory.js";

/** Of two CPUs, with one number for each entry. */
function reading(bytes: Uint8Array, words: number): MapReading {
  const strides = { keyStride: 4, valueStride: 16 * words, cpus: 2, cpuStride: 8 * words };
  return {
    count: bytes.length / strides.valueStride,
    keys: memoryOf(new Uint8Array(4)),
    values: memoryOf(bytes),
    ...strides,
  };
}

const numbers = (...of: readonly bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(of).buffer);
const sumsOf = (of: readonly bigint[], isSigned: boolean, count = 1): readonly number[] | undefined => {
  const sums = exactSums(reading(numbers(...of), count), { offset: 0, count, isSigned });
  return sums === undefined ? undefined : [...sums];
};

test("the numbers of all CPUs are added", () => {
  expect(sumsOf([1n, 2n, 3n, 1n << 40n], false)).toEqual([3, 3 + 2 ** 40]);
  expect(sumsOf([-1n, 2n, -3n, -(1n << 40n)], true)).toEqual([1, -3 - 2 ** 40]);
  expect(sumsOf([1n, 0n, 5n, 7n], false, 2)).toEqual([6, 7]);
});

test("what a double does not hold is left to others", () => {
  expect(sumsOf([1n, 1n << 53n], false)).toBeUndefined();
  expect(sumsOf([1n, (1n << 53n) - 1n], false)).toBeUndefined();
  expect(sumsOf([0n, (1n << 53n) - 1n], false)).toEqual([2 ** 53 - 1]);
  expect(sumsOf([-1n, 0n], false)).toBeUndefined();
  expect(sumsOf([-1n, -(1n << 53n)], true)).toBeUndefined();
  // Nor is a half of it added before the other.
  expect(sumsOf([3n - (1n << 53n), -1n], true)).toEqual([2 - 2 ** 53]);
});

test("bytes may lie anywhere", () => {
  const shifted = new Uint8Array(20);
  shifted.set(numbers(4n, 5n), 3);
  const sums = exactSums(reading(shifted.subarray(3, 19), 1), { offset: 0, count: 1, isSigned: false });
  expect(sums).toEqual(Float64Array.of(9));
});
