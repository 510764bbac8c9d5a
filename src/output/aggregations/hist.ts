import type { Aggregation } from "./parts/define.js";
import { type Bucket, HISTOGRAM, histogram } from "./parts/histogram.js";

/** Buckets of powers of two (output.md 6.3). */
export const hist: Aggregation<"hist"> = {
  ...HISTOGRAM,
  compile: (format) => histogram(format, (index) => log2Bucket(index, format.bits)),
};

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
