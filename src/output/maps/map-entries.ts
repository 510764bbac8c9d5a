/** The entries of one reading in the order in which they are shown (output.md 5). */
import type { ScriptMap } from "../../../codegen/object.js";
import type { ShownValues } from "../aggregations/index.js";
import type { MapReading } from "../map-reading.js";
import { columnOf, numberColumn } from "../rows.js";
import type { ValueContext } from "../value-context.js";
import { keyFields } from "./key-order.js";
import { isBlock } from "./map-values.js";
import { sortBy } from "./stable-sort.js";

export interface MapPrintOptions {
  /** Only the last so many entries; 0: all. */
  readonly top: number;
  /** What numbers are divided by; 0: 1. */
  readonly div: number;
  /** `zero()` was the last thing done to the map: a scalar then shows its zero value. */
  readonly wasZeroed: boolean;
  /** The dump at the end of the run leaves out scalar maps that were never set. */
  readonly isAtExit: boolean;
}

type Values = Pick<ShownValues<unknown>, "order" | "numbers" | "entries" | "isSet">;
export type EntryChoice = (
  reading: MapReading,
  values: Values,
  options: MapPrintOptions,
) => Uint32Array | readonly number[];

/** Entry numbers, ascending by value or by key; ties in the order of their keys. Only the last `top`, if not 0. */
export function compileEntries(map: ScriptMap, { rows }: Pick<ValueContext, "rows">): EntryChoice {
  const { key } = map;
  if (key === undefined) {
    return (_, { entries, isSet }, options) => entries ?? (isSet(0) || showsUnset(map, options) ? [0] : []);
  }
  const fields = keyFields(key.format);
  return ({ count, keys, keyStride }, { entries, order, numbers }, { top }) => {
    if (entries !== undefined) return entries;
    const all = new Uint32Array(count);
    for (let i = 0; i < count; i++) all[i] = i;
    const columns = fields.map((field) => columnOf(field, keys.bytes, keyStride));
    rows.sortRows(all, numbers === undefined ? columns : [numberColumn(numbers), ...columns]);
    if (numbers === undefined && order !== undefined) sortBy(all, order);
    return top === 0 || top >= count ? all : all.subarray(count - top);
  };
}

/** Whether a scalar map that holds nothing is shown all the same, with its zero value. */
const showsUnset = (map: ScriptMap, { wasZeroed, isAtExit }: MapPrintOptions): boolean =>
  wasZeroed || (!isAtExit && !isBlock(map));
