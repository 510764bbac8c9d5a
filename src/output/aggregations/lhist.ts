import type { FormatsByAggregation } from "../../../codegen/object.js";
import type { Aggregation } from "./parts/define.js";
import { type Bucket, HISTOGRAM, histogram } from "./parts/histogram.js";

/** Buckets of one size, and one on each side (output.md 6.4). */
export const lhist: Aggregation<"lhist"> = {
  ...HISTOGRAM,
  compile: (format) => histogram(format, (index) => linearBucket(index, format), { ignoresDiv: true }),
};

const KIBI = 1024n;
const MEBI = 1024n * 1024n;

function linearBucket(index: number, format: FormatsByAggregation["lhist"]): Bucket {
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
