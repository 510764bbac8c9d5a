/** `hist()` and `lhist()`: one u64 for each bucket (output.md 6). What the buckets cover is all that differs. */
import type { BucketData } from "../../data.js";
import { compareIntegers, divide, type Integer, integerReader, narrow } from "../../integer.js";
import { jsonInteger, jsonObject } from "../../json.js";
import type { MapReading } from "../../map-reading.js";
import type { CompiledValues } from "./define.js";
import { add, isZero } from "./integers.js";

/** How they are shown. */
export const HISTOGRAM = { record: "hist", isBlock: true, typeText: "readonly BucketData[]" } as const;

/** What a bucket covers, `[lower, upper)`; a bound that is missing is open. */
export interface Bucket {
  readonly lower: bigint | undefined;
  readonly upper: bigint | undefined;
  readonly label: string;
}

type BucketOf = (index: number) => Bucket;

/** @param ignoresDiv - counts are never divided */
export function histogram(
  { buckets }: { readonly buckets: number },
  bucketOf: BucketOf,
  { ignoresDiv = false } = {},
): CompiledValues<readonly BucketData[]> {
  const divisor = (div: number): number => (ignoresDiv ? 1 : div);
  return (reading) => {
    const counts = bucketCounts(reading, buckets);
    const samples = counts.map((all) => all.reduce((sum, n) => add(sum, n, BigInt.asUintN), 0));
    const of = (i: number): readonly Integer[] => counts[i] ?? [];
    return {
      isSet: (i) => !isZero(samples[i]),
      order: (a, b) => compareIntegers(samples[a] ?? 0, samples[b] ?? 0),
      text: (i, div) => rows(of(i), bucketOf, divisor(div)),
      json: (i, div) => json(of(i), bucketOf, divisor(div)),
      data: (i, div) => data(of(i), bucketOf, divisor(div)),
    };
  };
}

/** For each entry the count of each bucket, summed over CPUs. */
function bucketCounts(r: MapReading, buckets: number): Integer[][] {
  const read = integerReader(8, false);
  return Array.from({ length: r.count }, (_, i) =>
    Array.from({ length: buckets }, (_, bucket) => {
      let sum: Integer = 0;
      for (let cpu = 0; cpu < r.cpus; cpu++) {
        sum = add(sum, read(r.values, i * r.valueStride + cpu * r.cpuStride + 8 * bucket), BigInt.asUintN);
      }
      return sum;
    }),
  );
}

interface CountedBucket extends Bucket {
  readonly count: Integer;
}

/** From the first to the last that is not empty. */
function shownBuckets(counts: readonly Integer[], bucketOf: BucketOf, div: number): readonly CountedBucket[] {
  let first = 0;
  let last = counts.length - 1;
  while (first <= last && isZero(counts[first])) first++;
  while (last > first && isZero(counts[last])) last--;
  return counts.slice(first, last + 1).map((count, i) => ({ ...bucketOf(first + i), count: divide(count, div) }));
}

/** Bounds are inclusive; an open one is left out. */
function json(...of: Parameters<typeof shownBuckets>): string {
  const shown = shownBuckets(...of).map(({ lower, upper, count }) =>
    jsonObject([
      ...(lower === undefined ? [] : [["min", jsonInteger(lower)] as const]),
      ...(upper === undefined ? [] : [["max", jsonInteger(upper - 1n)] as const]),
      ["count", jsonInteger(count)],
    ]),
  );
  return `[${shown.join(",")}]`;
}

const data = (...of: Parameters<typeof shownBuckets>): readonly BucketData[] =>
  shownBuckets(...of).map(({ lower, upper, count }) => ({
    ...(lower === undefined ? {} : { lower: narrow(lower) }),
    ...(upper === undefined ? {} : { upper: narrow(upper) }),
    count,
  }));

const BAR = "@".repeat(52);

/** One line for each bucket, each with its newline. */
function rows(...of: Parameters<typeof shownBuckets>): string {
  const shown = shownBuckets(...of);
  const max = Math.fround(shown.reduce<number>((most, { count }) => Math.max(most, Number(count)), 0));
  return shown
    .map(({ label, count }) => {
      const bar = barOf(Number(count), max).padEnd(52);
      return `${label.padEnd(16)}${count.toString().padStart(8)} |${bar}|\n`;
    })
    .join("");
}

/** In single precision, as the reference computes it. */
function barOf(count: number, max: number): string {
  if (max === 0) return "";
  return BAR.slice(0, Math.trunc(Math.fround(Math.fround(Math.fround(count) / max) * 52)));
}
