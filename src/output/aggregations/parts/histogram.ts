/** `hist()` and `lhist()`: one u64 for each bucket (output.md 6). What the buckets cover is all that differs. */
import type { BucketData } from "../../data.js";
import { compareIntegers, divide, type Integer, integerReader, narrow } from "../../integer.js";
import { jsonInteger, jsonObject } from "../../json.js";
import type { MapReading } from "../../map-reading.js";
import type { CompiledValues } from "./define.js";
import { exactSums } from "./exact-sums.js";
import { add, type Integers, isZero } from "./integers.js";

/** How they are shown. */
export const HISTOGRAM = { record: "hist", isBlock: true, typeText: "readonly BucketData[]" } as const;

/** What a bucket covers, `[lower, upper)`; a bound that is missing is open. */
export interface Bucket {
  readonly lower: bigint | undefined;
  readonly upper: bigint | undefined;
  readonly label: string;
}

type BucketOf = (index: number) => Bucket;

/** How many samples are in each bucket, all CPUs together. */
interface Counts {
  readonly of: (entry: number) => Integers;
  /** By entry, those of all buckets. */
  readonly samples: Integers;
}

/** @param ignoresDiv - counts are never divided */
export function histogram(
  { buckets }: { readonly buckets: number },
  bucketOf: BucketOf,
  { ignoresDiv = false } = {},
): CompiledValues<readonly BucketData[]> {
  const divisor = (div: number): number => (ignoresDiv ? 1 : div);
  const bucketAt = remembered(bucketOf);
  return (reading) => {
    const { of, samples } = exactCounts(reading, buckets) ?? wrappedCounts(reading, buckets);
    return {
      isSet: (i) => !isZero(samples[i]),
      order: (a, b) => compareIntegers(samples[a] ?? 0, samples[b] ?? 0),
      numbers: samples instanceof Float64Array ? samples : undefined,
      text: (i, div) => rows(of(i), bucketAt, divisor(div)),
      json: (i, div) => json(of(i), bucketAt, divisor(div)),
      data: (i, div) => data(of(i), bucketAt, divisor(div)),
    };
  };
}

/** Entries have the same few buckets. */
function remembered(bucketOf: BucketOf): BucketOf {
  const known: Bucket[] = [];
  return (index) => (known[index] ??= bucketOf(index));
}

function exactCounts(r: MapReading, buckets: number): Counts | undefined {
  const counts = exactSums(r, { offset: 0, count: buckets, isSigned: false });
  if (counts === undefined) return undefined;
  const samples = new Float64Array(r.count);
  for (let entry = 0; entry < r.count; entry++) {
    let sum = 0;
    for (let at = entry * buckets; at < (entry + 1) * buckets; at++) sum += counts[at] as number;
    if (!Number.isSafeInteger(sum)) return undefined;
    samples[entry] = sum;
  }
  return { of: (entry) => counts.subarray(entry * buckets, (entry + 1) * buckets), samples };
}

function wrappedCounts(r: MapReading, buckets: number): Counts {
  const read = integerReader(8, false);
  const counts = Array.from({ length: r.count }, (_, i) =>
    Array.from({ length: buckets }, (_, bucket) => {
      let sum: Integer = 0;
      for (let cpu = 0; cpu < r.cpus; cpu++) {
        sum = add(sum, read(r.values, i * r.valueStride + cpu * r.cpuStride + 8 * bucket), BigInt.asUintN);
      }
      return sum;
    }),
  );
  const samples = counts.map((all) => all.reduce((sum, n) => add(sum, n, BigInt.asUintN), 0));
  return { of: (entry) => counts[entry] ?? [], samples };
}

interface CountedBucket extends Bucket {
  readonly count: Integer;
}

/** The first that is not empty, and one past the last. */
function shownRange(counts: Integers): readonly [number, number] {
  let first = 0;
  let last = counts.length - 1;
  while (first <= last && isZero(counts[first])) first++;
  while (last > first && isZero(counts[last])) last--;
  return [first, last + 1];
}

function shownBuckets(counts: Integers, bucketOf: BucketOf, div: number): readonly CountedBucket[] {
  const [first, end] = shownRange(counts);
  return Array.from({ length: Math.max(0, end - first) }, (_, i) => ({
    ...bucketOf(first + i),
    count: divide(counts[first + i] ?? 0, div),
  }));
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

const WIDTH = 52;
/** By length, with what is around them. */
const BARS = Array.from({ length: WIDTH + 1 }, (_, length) => ` |${"@".repeat(length).padEnd(WIDTH)}|\n`);

/** One line for each bucket, each with its newline. */
function rows(counts: Integers, bucketOf: BucketOf, div: number): string {
  const [first, end] = shownRange(counts);
  let most = 0;
  for (let i = first; i < end; i++) most = Math.max(most, Number(divide(counts[i] ?? 0, div)));
  const max = Math.fround(most);
  let text = "";
  for (let i = first; i < end; i++) {
    const count = divide(counts[i] ?? 0, div);
    text += bucketOf(i).label.padEnd(16) + count.toString().padStart(8) + (BARS[barLength(Number(count), max)] ?? "");
  }
  return text;
}

/** In single precision, as the reference computes it. */
function barLength(count: number, max: number): number {
  return max === 0 ? 0 : Math.trunc(Math.fround(Math.fround(Math.fround(count) / max) * WIDTH));
}
