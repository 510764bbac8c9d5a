/** Maps in text (output.md 4 and 5). A map is compiled once; printing it then takes one reading. */
import type { ScriptMap } from "../../../codegen/object.js";
import type { MapReading } from "../map-reading.js";
import { type Row, type RowFormat, rowFormat, rowOf, writeRows } from "../rows.js";
import { TextBuffer } from "../text-buffer.js";
import type { ValueContext } from "../value-context.js";
import { compileText, type TextReader } from "../value-text.js";
import type { Sink } from "../writer.js";
import { compileEntries, type MapPrintOptions } from "./map-entries.js";
import { compileMapValues, isBlock } from "./map-values.js";

/** Prints one reading; nothing where there is nothing to show. */
export type MapPrinter = (reading: MapReading, options: MapPrintOptions, out: Pick<Sink, "write" | "append">) => void;

export function compileMapText(map: ScriptMap, cx: ValueContext): MapPrinter {
  const compiled = compileMapValues(map, cx);
  const entries = compileEntries(map, cx);
  const between = isBlock(map) ? ":\n" : ": ";
  const { name, key } = map;
  const keyText = key === undefined ? undefined : compileKeyText(key, cx);
  const keyRow = key === undefined ? undefined : compileKeyRow(key, cx);
  return (reading, options, out) => {
    const values = compiled(reading);
    const shown = entries(reading, values, options);
    if (shown instanceof Uint32Array && keyRow !== undefined && values.row !== undefined) {
      const row: Row = [`${name}[`, ...keysIn(reading, keyRow), `]${between}`, ...values.row(options.div), "\n"];
      return writeRows({ entries: shown, row, reading }, cx, out);
    }
    let text = "";
    for (const i of shown) {
      const label = keyText === undefined ? name : `${name}[${keyText(reading.keys, i * reading.keyStride)}]`;
      text += `${label}${between}${values.text(i, options.div)}\n`;
    }
    out.write(text);
  };
}

/** The parentheses of a key of several parts are not shown. */
export function compileKeyText(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): TextReader {
  const text = compileText(key.format, cx);
  return key.format.kind === "tuple" ? (m, at) => text(m, at).slice(1, -1) : text;
}

export function compileKeyRow(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): RowFormat | undefined {
  const row = rowFormat(key.format, cx);
  return key.format.kind === "tuple" ? row?.slice(1, -1) : row;
}

export const keysIn = ({ keys, keyStride }: MapReading, row: RowFormat): Row => rowOf(row, keys.bytes, keyStride);

/** @returns a byte string */
export function printedText(print: (out: Parameters<MapPrinter>[2]) => void): string {
  const to = new TextBuffer();
  print({ write: (text) => to.string(text), append: (writer, m, at) => writer(m, at, to) });
  return to.text(0);
}
