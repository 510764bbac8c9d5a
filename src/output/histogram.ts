/** Buckets of `hist()` and `lhist()`: their labels, and the rows of a histogram (output.md 6). */
import type { MapValueFormat } from "../../codegen/object.js";
import { divide, type Integer } from "./integer.js";

type HistFormat = Extract<MapValueFormat, { kind: "hist" }>;
type LhistFormat = Extract<MapValueFormat, { kind: "lhist" }>;

/** What a bucket covers, `[lower, upper)`; a bound that is missing is open. */
export interface Bucket {
  readonly lower: bigint | undefined;
  readonly upper: bigint | undefined;
  readonly label: string;
}

export type BucketOf = (index: number) => Bucket;

export const bucketsOf = (format: HistFormat | LhistFormat): BucketOf =>
  format.kind === "hist" ? (index) => log2Bucket(index, format.bits) : (index) => linearBucket(index, format);

// ---------------------------------------------------------------- hist

/** The upper end of bucket `index`, which is the lower end of the next one. */
interface End {
  readonly value: bigint;
  readonly text: string;
}

const SUFFIXES = ["", "K", "M", "G", "T", "P", "E"];

function log2End(index: number, bits: number): End {
  const perPower = 2 ** bits;
  if (index <= 2 * perPower) return { value: BigInt(index), text: String(index) };
  const power = (index >> bits) - 1;
  const mantissa = perPower + (index & (perPower - 1));
  const shown = 2 ** (power % 10) * mantissa;
  return { value: BigInt(mantissa) << BigInt(power), text: `${shown}${SUFFIXES[Math.floor(power / 10)] ?? ""}` };
}

function log2Bucket(index: number, bits: number): Bucket {
  const upper = log2End(index, bits);
  if (index === 0) return { lower: undefined, upper: 0n, label: "(..., 0)" };
  const lower = log2End(index - 1, bits);
  const isSingle = index <= 2 * 2 ** bits;
  return {
    lower: lower.value,
    upper: upper.value,
    label: isSingle ? `[${lower.text}]` : `[${lower.text}, ${upper.text})`,
  };
}

// ---------------------------------------------------------------- lhist

const KIBI = 1024n;
const MEBI = 1024n * 1024n;

function linearBucket(index: number, format: LhistFormat): Bucket {
  const { min, max, step } = format;
  const isSymbolic = step % KIBI === 0n;
  const text = (n: bigint): string => (isSymbolic ? symbolic(n) : n.toString());
  if (index === 0) return { lower: undefined, upper: min, label: `(..., ${text(min)})` };
  const lower = min + BigInt(index - 1) * step;
  const upper = lower + step;
  if (upper > max) return { lower, upper: undefined, label: `[${text(lower)}, ...)` };
  const isSingle = step === 1n && !isSymbolic;
  return { lower, upper, label: isSingle ? `[${text(lower)}]` : `[${text(lower)}, ${text(upper)})` };
}

function symbolic(n: bigint): string {
  if (n === 0n) return "0";
  if (n % MEBI === 0n) return `${n / MEBI}M`;
  return n % KIBI === 0n ? `${n / KIBI}K` : n.toString();
}

// ---------------------------------------------------------------- rows

/** The first and last bucket that are not empty; undefined when all are. */
export function extentOf(counts: readonly Integer[]): { first: number; last: number } | undefined {
  let first = 0;
  let last = counts.length - 1;
  while (first <= last && isZero(counts[first])) first++;
  if (first > last) return undefined;
  while (isZero(counts[last])) last--;
  return { first, last };
}

const isZero = (n: Integer | undefined): boolean => n === undefined || n === 0 || n === 0n;

const BAR = "@".repeat(52);

/** One line for each bucket from the first to the last that is not empty, each with its newline. */
export function histogramRows(counts: readonly Integer[], bucketOf: BucketOf, div: number): string {
  const extent = extentOf(counts);
  if (extent === undefined) return "";
  const shown = counts.slice(extent.first, extent.last + 1).map((n) => divide(n, div));
  const max = Math.fround(shown.reduce<number>((most, n) => Math.max(most, Number(n)), 0));
  let rows = "";
  shown.forEach((count, i) => {
    const label = bucketOf(extent.first + i).label.padEnd(16);
    rows += `${label}${count.toString().padStart(8)} |${barOf(Number(count), max).padEnd(52)}|\n`;
  });
  return rows;
}

/** In single precision, as the reference computes it. */
function barOf(count: number, max: number): string {
  if (max === 0) return "";
  return BAR.slice(0, Math.trunc(Math.fround(Math.fround(Math.fround(count) / max) * 52)));
}
