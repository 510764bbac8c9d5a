/** The entries of one reading in the order in which they are shown (output.md 5). */
import type { KeyOrder } from "./key-order.js";
import type { MapReading } from "./map-reading.js";
import type { MergedValues } from "./map-value.js";

/** Entry numbers, ascending by value or by key; ties in the order of their keys. Only the last `top`, if not 0. */
export function shownEntries(
  reading: MapReading,
  merged: Pick<MergedValues<unknown>, "order">,
  keyOrder: KeyOrder,
  top: number,
): Uint32Array {
  const entries = new Uint32Array(reading.count);
  for (let i = 0; i < reading.count; i++) entries[i] = i;
  const { keys, keyStride } = reading;
  const byKey = (a: number, b: number): number => keyOrder(keys, a * keyStride, b * keyStride);
  const byValue = merged.order;
  entries.sort(byValue === undefined ? byKey : (a, b) => byValue(a, b) || byKey(a, b));
  return top === 0 || top >= entries.length ? entries : entries.subarray(entries.length - top);
}
