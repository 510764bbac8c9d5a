/**
 * Entries whose keys and values are plain numbers and strings: the addon puts them in order and into words. Code that prints a map
 * is cold: a hundred thousand lines took a quarter of a second here, and take some milliseconds there.
 */
import type { ValueFormat } from "../../codegen/object.js";
import type { Column, Native } from "../kernel/index.js";
import type { MapReading } from "./map-reading.js";
import type { TextWriter } from "./text-buffer.js";
import type { ValueContext } from "./value-context.js";
import type { Sink } from "./writer.js";

export type RowTools = Pick<Native, "sortRows" | "writeRows">;

/** What all entries have in common, and where the rest of each lies. */
export type Row = readonly (string | Column)[];

/** The same of any reading. */
export type RowFormat = readonly (string | Field)[];
export type Field = Pick<Column, "offset" | "width" | "kind">;

/** The text of values, as `compileText` makes it; undefined where it is more than numbers and strings. */
export function rowFormat(format: ValueFormat, cx: ValueContext, offset = 0): RowFormat | undefined {
  switch (format.kind) {
    case "int":
      return [{ offset, width: format.bytes, kind: format.isSigned ? "signed" : "unsigned" }];
    case "string":
      if (cx.isTerminal || format.bytes === 0) return undefined;
      return [{ offset, width: format.bytes, kind: format.noTrailer === true ? "text" : "cut-text" }];
    case "tuple": {
      const row: RowFormat[number][] = [];
      for (const element of format.elements) {
        const part = rowFormat(element.format, cx, offset + element.offset);
        if (part === undefined) return undefined;
        row.push(row.length === 0 ? "(" : ", ", ...part);
      }
      return row.length === 0 ? undefined : [...row, ")"];
    }
    default:
      return undefined;
  }
}

export const rowOf = (format: RowFormat, bytes: Buffer, stride: number, divisor = 1): Row =>
  format.map((part) => (typeof part === "string" ? part : columnOf(part, bytes, stride, divisor)));

export const columnOf = (field: Field, bytes: Buffer, stride: number, divisor = 1): Column => ({
  ...field,
  bytes,
  stride,
  divisor: Math.max(divisor, 1),
});

/** @param numbers - exact ones, by entry */
export const numberColumn = (numbers: Float64Array, divisor = 1): Column => ({
  bytes: numbers,
  stride: numbers.BYTES_PER_ELEMENT,
  offset: 0,
  width: numbers.BYTES_PER_ELEMENT,
  kind: "double",
  divisor: Math.max(divisor, 1),
});

/** So much is written at once, unless a row is longer. */
const PIECE_BYTES = 1 << 16;
/** Of 64 bits, with a sign. */
const MAX_DIGITS = 20;

/** @param out - gets pieces of whole rows */
export function writeRows(
  { entries, row, reading }: { readonly entries: Uint32Array; readonly row: Row; readonly reading: MapReading },
  { rows, truncationTrailer: mark }: ValueContext,
  out: Pick<Sink, "append">,
): void {
  const { columns, literals } = partsOf(row);
  const leastBytes = literals.join("").length;
  const rowBytes = columns.reduce((sum, column) => sum + widestOf(column, mark), leastBytes);
  // No more than a piece has room for: the addon looks at all that it is given.
  const mostRows = Math.ceil(PIECE_BYTES / Math.max(leastBytes, 1));
  let written = 0;
  const writer: TextWriter = (_, first, to) => {
    const rest = entries.subarray(first, first + mostRows);
    to.fill(Math.max(rowBytes, Math.min(PIECE_BYTES, rest.length * rowBytes)), (room) => {
      const [count, bytes] = rows.writeRows(rest, room, { columns, literals, mark });
      if (count === 0) throw new RangeError(`no row fits into ${room.length} bytes`);
      written += count;
      return bytes;
    });
  };
  while (written < entries.length) out.append(writer, reading.keys, written);
}

function partsOf(row: Row): { readonly columns: readonly Column[]; readonly literals: readonly string[] } {
  const columns: Column[] = [];
  const literals = [""];
  for (const part of row) {
    if (typeof part === "string") literals[columns.length] += part;
    else literals[columns.push(part)] = "";
  }
  return { columns, literals };
}

const widestOf = ({ kind, width }: Column, mark: string): number =>
  kind === "text" || kind === "cut-text" ? width + mark.length : MAX_DIGITS;
