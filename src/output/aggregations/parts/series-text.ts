/** A time series as a chart (output.md 7). */
import type { Zone } from "../../../time-zones/index.js";
import type { Integer } from "../../integer.js";
import type { Point, SeriesFormat } from "./series.js";
import { localTime, strftime } from "../../strftime.js";

const SECOND_NS = 1_000_000_000n;

/** How finely times are shown: as finely as the rows are apart. */
interface Unit {
  readonly minNs: bigint;
  /** A byte string. */
  readonly suffix: string;
  readonly digits: number;
}

const UNITS: readonly Unit[] = [
  { minNs: SECOND_NS, suffix: "", digits: 0 },
  { minNs: 1_000_000n, suffix: ".ms", digits: 3 },
  // The letter mu in UTF-8.
  { minNs: 1_000n, suffix: ".\u00ce\u00bcs", digits: 6 },
  { minNs: 0n, suffix: ".ns", digits: 9 },
];

const WIDTH = 53;
const LINE = "_".repeat(WIDTH - 2);

/** All lines, and the beginning of an empty one behind them unless there is nothing to show. */
export function seriesText(points: readonly Point[], { intervalNs, isSigned }: SeriesFormat, zone: Zone): string {
  if (points.length === 0) return "<no data>";
  const unit = unitOf(points.length === 1 ? 0n : intervalNs);
  const margin = 8 + (unit.digits === 0 ? 0 : 1 + unit.digits) + 1;
  const range = rangeOf(points, isSigned);
  const ends = `${" ".repeat(margin)}${text(range?.min).padEnd(21)}${text(range?.max).padStart(32)}\n`;
  const rows = points.map(({ epoch, value }) => {
    const lane = laneOf(value, range);
    return `${timeText(epoch * intervalNs, unit, zone)} ${lane} ${value === undefined ? "-" : value.toString()}\n`;
  });
  return [
    ends,
    `${`hh:mm:ss${unit.suffix}`.padEnd(margin)}|${LINE}|\n`,
    ...rows,
    `${" ".repeat(margin)}v${LINE}v\n`,
    ends,
  ].join("");
}

const unitOf = (spacingNs: bigint): Unit =>
  UNITS.find(({ minNs }) => spacingNs >= minNs) ?? { minNs: 0n, suffix: ".ns", digits: 9 };

const text = (bound: bigint | undefined): string => (bound === undefined ? "null" : bound.toString());

function timeText(ns: bigint, { digits }: Unit, zone: Zone): string {
  const clock = strftime("%H:%M:%S", localTime(Number(ns / SECOND_NS), zone));
  if (digits === 0) return clock;
  return `${clock}.${(ns % SECOND_NS).toString().padStart(9, "0").slice(0, digits)}`;
}

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** Of the values that there are. A single one stands in the middle, if its type has smaller and larger ones. */
function rangeOf(points: readonly Point[], isSigned: boolean): Range | undefined {
  const values = points.flatMap(({ value }) => (value === undefined ? [] : [BigInt(value)]));
  const [first, ...others] = values;
  if (first === undefined) return undefined;
  const min = others.reduce((least, value) => (value < least ? value : least), first);
  const max = others.reduce((most, value) => (value > most ? value : most), first);
  if (min !== max) return { min, max };
  const lowest = isSigned ? -(1n << 63n) : 0n;
  const highest = isSigned ? (1n << 63n) - 1n : (1n << 64n) - 1n;
  return { min: min === lowest ? min : min - 1n, max: max === highest ? max : max + 1n };
}

/** The line of zero, if it is inside, and the value over it. */
function laneOf(value: Integer | undefined, range: Range | undefined): string {
  const lane = ["|", ...new Array<string>(WIDTH - 2).fill(" "), "|"];
  if (range === undefined) return lane.join("");
  if (range.min < 0n && range.max > 0n) {
    const zero = Math.trunc(fraction(-range.min, range, WIDTH));
    if (zero > 0) lane[Math.min(zero, WIDTH - 1)] = ".";
  }
  if (value !== undefined) {
    lane[Math.min(Math.trunc(fraction(BigInt(value) - range.min, range, WIDTH - 1)), WIDTH - 1)] = "*";
  }
  return lane.join("");
}

/** In single precision, as the reference computes it. */
function fraction(part: bigint, { min, max }: Range, of: number): number {
  const share = Math.fround(Math.fround(Number(part)) / Math.fround(Number(max - min)));
  return Math.fround(share * of);
}
