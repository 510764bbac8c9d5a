/** Maps in text (output.md 4 and 5). A map is compiled once; printing it then takes one reading. */
import type { ScriptMap } from "../../codegen/object.js";
import { compileKeyOrder, type KeyOrder } from "./key-order.js";
import type { MapReading } from "./map-reading.js";
import { compileMapValues, type MergedValues } from "./map-value.js";
import type { ValueContext } from "./value-context.js";
import { compileText, type TextReader } from "./value-text.js";

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

export interface MapText {
  print(reading: MapReading, options: MapPrintOptions): string;
}

export function compileMapText(map: ScriptMap, cx: ValueContext): MapText {
  const values = compileMapValues(map.value, cx);
  const entry = values.isBlock
    ? (label: string, text: string) => `${label}:\n${text}\n`
    : (label: string, text: string) => `${label}: ${text}\n`;

  if (map.key === undefined) {
    return {
      print(reading, { div, wasZeroed, isAtExit }) {
        const merged = values.merge(reading);
        const showsUnset = wasZeroed || (!isAtExit && !values.isBlock);
        if (!merged.isSet(0) && !showsUnset) return "";
        return entry(map.name, merged.text(0, div));
      },
    };
  }
  const keyText = compileKeyText(map.key, cx);
  const keyOrder = compileKeyOrder(map.key.format);
  return {
    print(reading, { top, div }) {
      const merged = values.merge(reading);
      let text = "";
      for (const i of lastOf(sortedEntries(reading, merged, keyOrder), top)) {
        text += entry(`${map.name}[${keyText(reading.keys, i * reading.keyStride)}]`, merged.text(i, div));
      }
      return text;
    },
  };
}

/** The parentheses of a key of several parts are not shown. */
export function compileKeyText(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): TextReader {
  const text = compileText(key.format, cx);
  return key.format.kind === "tuple" ? (m, at) => text(m, at).slice(1, -1) : text;
}

/** Entry numbers, ascending by value or by key; ties in the order of their keys. */
export function sortedEntries(reading: MapReading, merged: MergedValues, keyOrder: KeyOrder): Uint32Array {
  const entries = new Uint32Array(reading.count);
  for (let i = 0; i < reading.count; i++) entries[i] = i;
  const { keys, keyStride } = reading;
  const byKey = (a: number, b: number): number => keyOrder(keys, a * keyStride, b * keyStride);
  const byValue = merged.order;
  return entries.sort(byValue === undefined ? byKey : (a, b) => byValue(a, b) || byKey(a, b));
}

export const lastOf = (entries: Uint32Array, top: number): Uint32Array =>
  top === 0 || top >= entries.length ? entries : entries.subarray(entries.length - top);
