/** Maps in text (output.md 4 and 5). A map is compiled once; printing it then takes one reading. */
import type { ScriptMap } from "../../../codegen/object.js";
import type { MapReading } from "../map-reading.js";
import type { ValueContext } from "../value-context.js";
import { compileText, type TextReader } from "../value-text.js";
import { compileEntries, type MapPrintOptions } from "./map-entries.js";
import { compileMapValues, isBlock } from "./map-values.js";

/** One reading as text; empty when there is nothing to show. */
export type MapPrinter = (reading: MapReading, options: MapPrintOptions) => string;

export function compileMapText(map: ScriptMap, cx: ValueContext): MapPrinter {
  const compiled = compileMapValues(map, cx);
  const entries = compileEntries(map);
  const between = isBlock(map) ? ":\n" : ": ";
  const { name, key } = map;
  const keyText = key === undefined ? undefined : compileKeyText(key, cx);
  return (reading, options) => {
    const values = compiled(reading);
    let text = "";
    for (const i of entries(reading, values, options)) {
      const label = keyText === undefined ? name : `${name}[${keyText(reading.keys, i * reading.keyStride)}]`;
      text += `${label}${between}${values.text(i, options.div)}\n`;
    }
    return text;
  };
}

/** The parentheses of a key of several parts are not shown. */
export function compileKeyText(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): TextReader {
  const text = compileText(key.format, cx);
  return key.format.kind === "tuple" ? (m, at) => text(m, at).slice(1, -1) : text;
}
