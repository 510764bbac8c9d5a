/** The part of a long text that a screen can show: nobody waits for the rest of a megabyte to be laid out at every key. */
import type { Draft } from "./state.js";

export interface Excerpt {
  readonly text: string;
  /** Of the whole text. */
  readonly start: number;
  /** Its first row is a whole one, without a prompt in front: a line goes on that began before it. */
  readonly isInLine: boolean;
}

export interface Room {
  /** Cells of a row. */
  readonly columns: number;
  /** What a prompt leaves of the first row of a line. */
  readonly firstColumns: number;
  readonly rows: number;
}

/** At least as many rows before and behind the cursor as the screen has, or all that there are. */
export function excerptOf({ text, cursor }: Draft, { columns, firstColumns, rows }: Room): Excerpt {
  const cells = columns * rows;
  if (text.length <= 4 * cells) return { text, start: 0, isInLine: false };
  const end = Math.min(text.length, cursor + cells);
  const wanted = cursor - cells;
  if (wanted <= 0) return { text: text.slice(0, end), start: 0, isInLine: false };
  const lineStart = text.lastIndexOf("\n", wanted) + 1;
  if (wanted - lineStart <= cells) return { text: text.slice(lineStart, end), start: lineStart, isInLine: false };
  // Where a row begins, as long as each character takes a cell.
  const aligned = wanted - ((wanted - lineStart - firstColumns) % columns);
  const start = isTrail(text.charCodeAt(aligned)) ? aligned - 1 : aligned;
  return { text: text.slice(start, end), start, isInLine: true };
}

/** The second half of a character beyond U+FFFF. */
const isTrail = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
