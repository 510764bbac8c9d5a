/** Aggregations (language.md 12, output.md 6). */
import type { AggregateBy } from "./program.js";
import { INT64, UINT64 } from "./types.js";
import { wrap } from "./values.js";

export const LHIST = { min: 0n, max: 100n, step: 10n } as const;
/** Of `hist`. */
export const HIST_BITS = 1;

export class Aggregate {
  readonly #by: AggregateBy;
  readonly #isSigned: boolean;
  readonly #buckets = new Map<string, bigint>();
  #count = 0n;
  #total = 0n;
  #extreme = 0n;

  constructor(by: AggregateBy, isSigned: boolean) {
    this.#by = by;
    this.#isSigned = isSigned;
  }

  add(sample: bigint): void {
    const value = wrap(sample, this.#isSigned ? INT64 : UINT64);
    const isBetter = this.#by === "min" ? value < this.#extreme : value > this.#extreme;
    if (this.#count === 0n || isBetter) this.#extreme = value;
    this.#count += 1n;
    this.#total = wrap(this.#total + value, this.#isSigned ? INT64 : UINT64);
    const label = this.#by === "hist" ? log2Label(BigInt.asIntN(64, value)) : linearLabel(value);
    this.#buckets.set(label, (this.#buckets.get(label) ?? 0n) + 1n);
  }

  /** As an integer. */
  get value(): bigint {
    switch (this.#by) {
      case "count":
        return this.#count;
      case "sum":
        return this.#total;
      case "avg":
        return this.#total / this.#count;
      default:
        return this.#extreme;
    }
  }

  /** What is printed of it; of histograms the rows that are not empty. */
  get text(): string {
    switch (this.#by) {
      case "stats":
        return `{ .count = ${this.#count}, .average = ${this.#total / this.#count}, .total = ${this.#total} }`;
      case "hist":
      case "lhist":
        return [...this.#buckets]
          .map(([label, count]) => `${label} ${count}`)
          .sort()
          .join("; ");
      default:
        return `${this.value}`;
    }
  }
}

function linearLabel(v: bigint): string {
  const { min, max, step } = LHIST;
  if (v < min) return `(..., ${min})`;
  if (v >= max) return `[${max}, ...)`;
  const low = min + ((v - min) / step) * step;
  return `[${low}, ${low + step})`;
}

const SUFFIXES = ["", "K", "M", "G", "T", "P", "E"];

function log2Label(v: bigint): string {
  const perPower = 1n << BigInt(HIST_BITS);
  if (v < 0n) return "(..., 0)";
  if (v < 2n * perPower) return `[${v}]`;
  const power = v.toString(2).length - 1 - HIST_BITS;
  const step = v >> BigInt(power);
  const [low, high] = [
    boundary(power, step),
    step + 1n === 2n * perPower ? boundary(power + 1, perPower) : boundary(power, step + 1n),
  ];
  return `[${low}, ${high})`;
}

const boundary = (power: number, step: bigint): string =>
  `${(1n << BigInt(power % 10)) * step}${SUFFIXES[Math.floor(power / 10)] ?? ""}`;
