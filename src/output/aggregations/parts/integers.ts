/** Aggregations that come out as one number. */
import type { IntegerData } from "../../data.js";
import { compareIntegers, divide, type Integer, integerReader, narrow } from "../../integer.js";
import { jsonInteger } from "../../json.js";
import type { MapReading } from "../../map-reading.js";
import { numberColumn, type Row } from "../../rows.js";
import type { ShownValues } from "./define.js";
import { exactSums } from "./exact-sums.js";

/** How they are shown. */
export const NUMBER = { record: "map", isBlock: false, typeText: "number | bigint" } as const;

/** One for each entry. Most are exact as doubles. */
export type Integers = Float64Array | readonly Integer[];

export function shownIntegers(values: Integers, isSet: (entry: number) => boolean): ShownValues<IntegerData> {
  const value = (entry: number, div: number): Integer => divide(values[entry] ?? 0, div);
  const row = values instanceof Float64Array ? (div: number): Row => [numberColumn(values, div)] : undefined;
  return {
    isSet,
    row,
    jsonRow: row,
    order: (a, b) => compareIntegers(values[a] ?? 0, values[b] ?? 0),
    numbers: values instanceof Float64Array ? values : undefined,
    text: (i, div) => value(i, div).toString(),
    json: (i, div) => jsonInteger(value(i, div)),
    data: value,
  };
}

export const isZero = (n: Integer | undefined): boolean => n === undefined || n === 0 || n === 0n;

/** For each entry the sum over CPUs of the 64-bit number at `offset`, wrapped to 64 bits. */
export const summed = (r: MapReading, offset: number, isSigned: boolean): Integers =>
  exactSums(r, { offset, count: 1, isSigned }) ?? wrappedSums(r, offset, isSigned);

function wrappedSums(r: MapReading, offset: number, isSigned: boolean): Integer[] {
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

export function add(a: Integer, b: Integer, wrap: typeof BigInt.asIntN): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(wrap(64, BigInt(a) + BigInt(b)));
}

/** Whether the u64 at `offset` is non-zero on any CPU. */
export const anyCpu =
  (r: MapReading, offset: number) =>
  (entry: number): boolean => {
    for (let cpu = 0; cpu < r.cpus; cpu++) if (isFlagged(r, entry, cpu, offset)) return true;
    return false;
  };

export const isFlagged = (r: MapReading, entry: number, cpu: number, offset: number): boolean =>
  r.values.view.getUint32(entry * r.valueStride + cpu * r.cpuStride + offset, true) !== 0;
