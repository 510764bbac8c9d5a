/** Time series: what `tseries()` keeps, merged over CPUs and put in order (stdlib.md 14.8). */
import type { FormatsByAggregation } from "../../../../codegen/object.js";
import { compareIntegers, type Integer, integerReader, narrow } from "../../integer.js";
import type { MapReading } from "../../map-reading.js";
import { byteString } from "../../memory.js";

export type SeriesFormat = FormatsByAggregation["tseries"];

export interface Point {
  /** The number of the interval since 1970. */
  readonly epoch: bigint;
  /** Undefined: there was none. */
  readonly value: Integer | undefined;
}

export interface Series {
  /** One of the entries that have its key. */
  readonly entry: number;
  /** Every interval from the first that has a value to the last of the map. Empty: nothing is known. */
  readonly points: readonly Point[];
}

/** What each CPU adds, and how a sum of that becomes the value. */
const VALUE_OFFSET = 0;
const META_OFFSET = 8;
const EPOCH_OFFSET = 16;
const BUCKET_BYTES = 8;

/** In the bytewise order of the keys. */
export function collectSeries(reading: MapReading, format: SeriesFormat): readonly Series[] {
  const merge = compileMerge(format);
  const byKey = new Map<string, { readonly entry: number; readonly points: Point[] }>();
  let last = 0n;
  for (let entry = 0; entry < reading.count; entry++) {
    const at = entry * reading.keyStride;
    const key = byteString(reading.keys, at, at + reading.keyStride - BUCKET_BYTES);
    const point = merge(reading, entry);
    if (point !== undefined && point.epoch > last) last = point.epoch;
    const known = byKey.get(key) ?? { entry, points: [] };
    byKey.set(key, known);
    if (point !== undefined) known.points.push(point);
  }
  const first = last - format.intervals + 1n;
  return [...byKey]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { entry, points }]) => ({ entry, points: last === 0n ? [] : windowOf(points, first, last) }));
}

/** Without a hole, up to the last. */
function windowOf(points: readonly Point[], first: bigint, last: bigint): readonly Point[] {
  const values = new Map(points.filter(({ epoch }) => epoch >= first).map(({ epoch, value }) => [epoch, value]));
  let epoch = last;
  for (const known of values.keys()) if (known < epoch) epoch = known;
  const shown: Point[] = [];
  for (; epoch <= last; epoch++) shown.push({ epoch, value: values.get(epoch) });
  return shown;
}

type Merge = (reading: MapReading, entry: number) => Point | undefined;

/** Of all CPUs those count that have seen the latest interval. */
function compileMerge({ how, isSigned }: SeriesFormat): Merge {
  const read = integerReader(8, isSigned);
  const combine = COMBINE[how];
  return ({ values, valueStride, cpus, cpuStride }, entry) => {
    let latest = 0n;
    let slots: Slot[] = [];
    for (let cpu = 0; cpu < cpus; cpu++) {
      const at = entry * valueStride + cpu * cpuStride;
      const epoch = values.view.getBigUint64(at + EPOCH_OFFSET, true);
      if (epoch === 0n || epoch < latest) continue;
      if (epoch > latest) slots = [];
      latest = epoch;
      slots.push({ value: read(values, at + VALUE_OFFSET), meta: values.view.getBigUint64(at + META_OFFSET, true) });
    }
    return latest === 0n ? undefined : { epoch: latest, value: combine(slots, isSigned) };
  };
}

interface Slot {
  readonly value: Integer;
  readonly meta: bigint;
}

type Combine = (slots: readonly Slot[], isSigned: boolean) => Integer;

const total = (slots: readonly Slot[], isSigned: boolean): bigint => {
  const sum = slots.reduce((all, { value }) => all + BigInt(value), 0n);
  return isSigned ? BigInt.asIntN(64, sum) : BigInt.asUintN(64, sum);
};

const extreme =
  (wanted: 1 | -1): Combine =>
  (slots) =>
    slots.map(({ value }) => value).reduce((best, value) => (compareIntegers(value, best) === wanted ? value : best));

const COMBINE: { readonly [H in SeriesFormat["how"]]: Combine } = {
  last: (slots) => slots.reduce((newest, slot) => (slot.meta > newest.meta ? slot : newest)).value,
  sum: (slots, isSigned) => narrow(total(slots, isSigned)),
  avg: (slots, isSigned) => {
    const count = slots.reduce((all, { meta }) => all + meta, 0n);
    return count === 0n ? 0 : narrow(total(slots, isSigned) / count);
  },
  min: extreme(-1),
  max: extreme(1),
};
