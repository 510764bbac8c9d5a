/**
 * The values of a map, merged over CPUs (`MapValueFormat` in codegen/object.ts says how), with what
 * sorting and printing ask of them. A format is compiled once; a reading is then merged in one pass.
 */
import type { MapValueFormat, ValueFormat } from "../../codegen/object.js";
import { type BucketOf, bucketsOf } from "./histogram.js";
import { compareIntegers, divide, type Integer, type IntegerReader, integerReader, narrow } from "./integer.js";
import type { MapReading } from "./map-reading.js";
import type { Memory } from "./memory.js";

/** What merged values become: text, JSON and data have one each. */
export interface ValueStyle<T> {
  readonly plain: (format: ValueFormat) => (m: Memory, at: number) => T;
  readonly integer: (n: Integer) => T;
  readonly stats: (count: Integer, average: Integer, total: Integer) => T;
  readonly histogram: (counts: readonly Integer[], bucketOf: BucketOf, div: number) => T;
}

/** The merged values of one reading, by entry number. */
export interface MergedValues<T> {
  /** Anything was ever written to the entry; only scalar maps ask. */
  isSet(entry: number): boolean;
  /** Undefined: entries are ordered by key. */
  readonly order: ((a: number, b: number) => number) | undefined;
  /** Numbers are divided by `div`, toward zero. */
  value(entry: number, div: number): T;
}

export interface MapValues<T> {
  merge(reading: MapReading): MergedValues<T>;
}

type Format<K extends MapValueFormat["kind"]> = Extract<MapValueFormat, { kind: K }>;
interface ExtremeFormat {
  readonly kind: "min" | "max";
  readonly isSigned: boolean;
}

export function compileMapValues<T>(format: MapValueFormat, style: ValueStyle<T>): MapValues<T> {
  switch (format.kind) {
    case "plain":
      return plain(format, style);
    case "count":
      return { merge: (r) => integers(summed(r, 0, false), (i, sums) => !isZero(sums[i]), style) };
    case "sum":
      return { merge: (r) => integers(summed(r, 0, format.isSigned), anyCpu(r, 8), style) };
    case "min":
    case "max": {
      const { kind, isSigned } = format;
      return { merge: (r) => extremes(r, { kind, isSigned }, style) };
    }
    case "avg":
      return { merge: (r) => averages(r, format.isSigned, style) };
    case "stats":
      return { merge: (r) => statistics(r, format.isSigned, style) };
    case "hist":
    case "lhist":
      return histogram(format, style);
    case "tseries":
      throw new TypeError("a time series has more than one entry for a key");
  }
}

const isZero = (n: Integer | undefined): boolean => n === undefined || n === 0 || n === 0n;

// ---------------------------------------------------------------- plain values

function plain<T>(format: Format<"plain">, style: ValueStyle<T>): MapValues<T> {
  const value = style.plain(format.format);
  const read = numberReader(format.format);
  const { setFlagOffset } = format;
  const merge = ({ count, values, valueStride }: MapReading): MergedValues<T> => ({
    isSet: (i) => (setFlagOffset === undefined ? i < count : values.bytes[i * valueStride + setFlagOffset] !== 0),
    order:
      read === undefined
        ? undefined
        : (a, b) => compareIntegers(read(values, a * valueStride), read(values, b * valueStride)),
    value: (i, div) =>
      div > 1 && read !== undefined
        ? style.integer(divide(read(values, i * valueStride), div))
        : value(values, i * valueStride),
  });
  return { merge };
}

const numberReader = (format: ValueFormat): IntegerReader | undefined =>
  format.kind === "int" || format.kind === "enum" ? integerReader(format.bytes, format.isSigned) : undefined;

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

type IsSet = (entry: number, values: readonly Integer[]) => boolean;

function integers<T>(values: readonly Integer[], isSet: IsSet, style: ValueStyle<T>): MergedValues<T> {
  return {
    isSet: (i) => isSet(i, values),
    order: (a, b) => compareIntegers(values[a] ?? 0, values[b] ?? 0),
    value: (i, div) => style.integer(divide(values[i] ?? 0, div)),
  };
}

// ---------------------------------------------------------------- min and max

function extremes<T>(r: MapReading, format: ExtremeFormat, style: ValueStyle<T>): MergedValues<T> {
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
  return { ...integers(values, isSet, style), order: (a, b) => compareIntegers(unsigned[a] ?? 0, unsigned[b] ?? 0) };
}

// ---------------------------------------------------------------- averages

function averages<T>(r: MapReading, isSigned: boolean, style: ValueStyle<T>): MergedValues<T> {
  const { counts, averages } = totals(r, isSigned);
  return integers(averages, (i) => !isZero(counts[i]), style);
}

function statistics<T>(r: MapReading, isSigned: boolean, style: ValueStyle<T>): MergedValues<T> {
  const { counts, sums, averages } = totals(r, isSigned);
  return {
    ...integers(averages, (i) => !isZero(counts[i]), style),
    value: (i, div) => style.stats(counts[i] ?? 0, divide(averages[i] ?? 0, div), sums[i] ?? 0),
  };
}

interface Totals {
  readonly counts: readonly Integer[];
  readonly sums: readonly Integer[];
  readonly averages: readonly Integer[];
}

/** `avg stats`: u64 total, u64 count on each CPU. */
function totals(r: MapReading, isSigned: boolean): Totals {
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

function histogram<T>(format: Format<"hist"> | Format<"lhist">, style: ValueStyle<T>): MapValues<T> {
  const bucketOf = bucketsOf(format);
  // `div` has no effect on linear histograms.
  const divisor = (div: number): number => (format.kind === "hist" ? div : 1);
  return {
    merge(reading) {
      const counts = bucketCounts(reading, format.buckets);
      const samples = counts.map((buckets) => buckets.reduce((sum, n) => add(sum, n, BigInt.asUintN), 0));
      return {
        isSet: (i) => !isZero(samples[i]),
        order: (a, b) => compareIntegers(samples[a] ?? 0, samples[b] ?? 0),
        value: (i, div) => style.histogram(counts[i] ?? [], bucketOf, divisor(div)),
      };
    },
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
