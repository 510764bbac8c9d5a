/**
 * The values of a map, merged over CPUs (`MapValueFormat` in codegen/object.ts says how), with what
 * sorting and printing ask of them. A format is compiled once; a reading is then merged in one pass.
 */
import type { MapValueFormat, ValueFormat } from "../../codegen/object.js";
import { bucketsOf, histogramRows, type BucketOf } from "./histogram.js";
import { compareIntegers, divide, type Integer, integerReader, narrow } from "./integer.js";
import type { MapReading } from "./map-reading.js";
import type { Memory } from "./memory.js";
import type { ValueContext } from "./value-context.js";
import { compileText, type TextReader } from "./value-text.js";

/** The merged values of one reading, by entry number. */
export interface MergedValues {
  /** Anything was ever written to the entry; only scalar maps ask. */
  isSet(entry: number): boolean;
  /** Undefined: entries are ordered by key. */
  readonly order: ((a: number, b: number) => number) | undefined;
  /** Numbers are divided by `div`, toward zero. */
  text(entry: number, div: number): string;
}

export interface MapValues {
  /** A histogram's text is a block of rows, printed below its name. */
  readonly isBlock: boolean;
  merge(reading: MapReading): MergedValues;
}

type Format<K extends MapValueFormat["kind"]> = Extract<MapValueFormat, { kind: K }>;
interface ExtremeFormat {
  readonly kind: "min" | "max";
  readonly isSigned: boolean;
}

export function compileMapValues(format: MapValueFormat, cx: ValueContext): MapValues {
  switch (format.kind) {
    case "plain":
      return plain(format, cx);
    case "count":
      return line((r) => integers(summed(r, 0, false), (i, sums) => !isZero(sums[i])));
    case "sum":
      return line((r) => integers(summed(r, 0, format.isSigned), anyCpu(r, 8)));
    case "min":
    case "max": {
      const { kind, isSigned } = format;
      return line((r) => extremes(r, { kind, isSigned }));
    }
    case "avg":
      return line((r) => averages(r, format.isSigned));
    case "stats":
      return line((r) => statistics(r, format.isSigned));
    case "hist":
    case "lhist":
      return histogram(format);
  }
}

const line = (merge: (reading: MapReading) => MergedValues): MapValues => ({ isBlock: false, merge });
const isZero = (n: Integer | undefined): boolean => n === undefined || n === 0 || n === 0n;

// ---------------------------------------------------------------- plain values

function plain(format: Format<"plain">, cx: ValueContext): MapValues {
  const text = compileText(format.format, cx);
  const read = numberReader(format.format);
  const { setFlagOffset } = format;
  return line(({ values, valueStride }) => ({
    isSet: (i) => setFlagOffset === undefined || values.bytes[i * valueStride + setFlagOffset] !== 0,
    order:
      read === undefined
        ? undefined
        : (a, b) => compareIntegers(read(values, a * valueStride), read(values, b * valueStride)),
    text: (i, div) => dividedText(values, i * valueStride, div, text, read),
  }));
}

const numberReader = (format: ValueFormat): ReturnType<typeof integerReader> | undefined =>
  format.kind === "int" || format.kind === "enum" ? integerReader(format.bytes, format.isSigned) : undefined;

function dividedText(
  m: Memory,
  at: number,
  div: number,
  text: TextReader,
  read: ReturnType<typeof numberReader>,
): string {
  return div > 1 && read !== undefined ? divide(read(m, at), div).toString() : text(m, at);
}

// ---------------------------------------------------------------- sums

/** For each entry the sum over CPUs of the 64-bit number at `offset`, wrapped to 64 bits. */
function summed(r: MapReading, offset: number, isSigned: boolean): Integer[] {
  const read = integerReader(8, isSigned);
  const wrap = isSigned ? BigInt.asIntN : BigInt.asUintN;
  const sums = new Array<Integer>(r.count);
  for (let i = 0; i < r.count; i++) {
    let at = i * r.valueStride + offset;
    let sum = read(r.values, at);
    for (let cpu = 1; cpu < r.cpus; cpu++) sum = add(sum, read(r.values, (at += r.cpuStride)), wrap);
    sums[i] = sum;
  }
  return sums;
}

function add(a: Integer, b: Integer, wrap: typeof BigInt.asIntN): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(wrap(64, BigInt(a) + BigInt(b)));
}

/** Whether the u64 at `offset` is non-zero on any CPU. */
const anyCpu =
  (r: MapReading, offset: number) =>
  (entry: number): boolean => {
    for (let cpu = 0; cpu < r.cpus; cpu++) if (isFlagged(r, entry, cpu, offset)) return true;
    return false;
  };

const isFlagged = (r: MapReading, entry: number, cpu: number, offset: number): boolean =>
  r.values.view.getUint32(entry * r.valueStride + cpu * r.cpuStride + offset, true) !== 0;

function integers(
  values: readonly Integer[],
  isSet: (entry: number, values: readonly Integer[]) => boolean,
): MergedValues {
  return {
    isSet: (i) => isSet(i, values),
    order: (a, b) => compareIntegers(values[a] ?? 0, values[b] ?? 0),
    text: (i, div) => divide(values[i] ?? 0, div).toString(),
  };
}

// ---------------------------------------------------------------- min and max

function extremes(r: MapReading, format: ExtremeFormat): MergedValues {
  const read = integerReader(8, format.isSigned);
  const wanted = format.kind === "max" ? 1 : -1;
  const isSet = anyCpu(r, 8);
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
  return { ...integers(values, isSet), order: (a, b) => compareIntegers(unsigned[a] ?? 0, unsigned[b] ?? 0) };
}

// ---------------------------------------------------------------- averages

function averages(r: MapReading, isSigned: boolean): MergedValues {
  const { counts, averages } = totals(r, isSigned);
  return integers(averages, (i) => !isZero(counts[i]));
}

function statistics(r: MapReading, isSigned: boolean): MergedValues {
  const { counts, sums, averages } = totals(r, isSigned);
  return {
    ...integers(averages, (i) => !isZero(counts[i])),
    text: (i, div) => `{ .count = ${counts[i]}, .average = ${divide(averages[i] ?? 0, div)}, .total = ${sums[i]} }`,
  };
}

export interface Totals {
  readonly counts: readonly Integer[];
  readonly sums: readonly Integer[];
  readonly averages: readonly Integer[];
}

/** `avg stats`: u64 total, u64 count on each CPU. */
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

// ---------------------------------------------------------------- histograms

function histogram(format: Format<"hist"> | Format<"lhist">): MapValues {
  const bucketOf: BucketOf = bucketsOf(format);
  const isDivided = format.kind === "hist";
  return {
    isBlock: true,
    merge(reading) {
      const counts = bucketCounts(reading, format.buckets);
      const samples = counts.map((buckets) => buckets.reduce((sum, n) => add(sum, n, BigInt.asUintN), 0));
      return {
        isSet: (i) => !isZero(samples[i]),
        order: (a, b) => compareIntegers(samples[a] ?? 0, samples[b] ?? 0),
        text: (i, div) => histogramRows(counts[i] ?? [], bucketOf, isDivided ? div : 1),
      };
    },
  };
}

/** For each entry the count of each bucket, summed over CPUs. */
export function bucketCounts(r: MapReading, buckets: number): Integer[][] {
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
