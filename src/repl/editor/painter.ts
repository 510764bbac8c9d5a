/**
 * Frames as what a terminal is sent: only rows that have changed, and all in one piece, so that nothing flickers. All movement
 * is relative to the frame's first row, wherever on the screen that is.
 */
import type { Frame, Row, Style } from "./layout.js";

const CSI = "\x1b[";
const RESET = `${CSI}0m`;

/** Colours of the terminal's own theme. */
const COLORS: Readonly<Record<Style, string>> = {
  plain: "",
  prompt: "1;34",
  hint: "90",
  menu: "2",
  chosen: "7",
  comment: "90",
  keyword: "35",
  provider: "36",
  name: "36",
  function: "34",
  variable: "33",
  number: "32",
  string: "32",
  wrong: "31",
};

/** With NO_COLOR: what is no part of the text can still be told from it. */
const ATTRIBUTES: Readonly<Partial<Record<Style, string>>> = { prompt: "1", hint: "2", menu: "2", chosen: "7" };

export class Painter {
  readonly #styles: Readonly<Partial<Record<Style, string>>>;
  /** What the terminal shows of the frame, row by row. */
  #shown: readonly string[] = [];
  #widths: readonly number[] = [];
  #cursorRow = 0;
  #cursorColumn = 0;

  constructor({ color }: { readonly color: boolean }) {
    this.#styles = color ? COLORS : ATTRIBUTES;
  }

  /** From what is shown to the new frame. */
  paint({ rows, cursor }: Frame): string {
    const lines = rows.map((row) => this.#line(row));
    let out = `${CSI}?25l${this.#toTop()}`;
    for (const [i, line] of lines.entries()) {
      if (i > 0) out += i < this.#shown.length ? `\r${CSI}1B` : "\r\n";
      if (line !== this.#shown[i]) out += `\r${line}${CSI}K`;
    }
    if (lines.length < this.#shown.length) out += `\r${CSI}1B${CSI}J${CSI}1A`;
    out += this.#move(lines.length - 1, cursor.row, cursor.column);
    this.#shown = lines;
    this.#widths = rows.map((row) => row.reduce((sum, { text }) => sum + text.length, 0));
    this.#cursorRow = cursor.row;
    this.#cursorColumn = cursor.column;
    return `${out}${CSI}?25h`;
  }

  /** Leaves the terminal where the frame began, with nothing of it. */
  erase(): string {
    const out = `${this.#toTop()}${CSI}J`;
    this.#forget();
    return out;
  }

  /** Leaves the frame where it is, and goes on below it. */
  leave(): string {
    const out = `${this.#move(this.#cursorRow, Math.max(0, this.#shown.length - 1), 0)}\r\n`;
    this.#forget();
    return out;
  }

  /** Somebody else has written to the terminal: all is drawn anew in the row of the cursor. */
  beginAnew(): string {
    this.#forget();
    return "\r";
  }

  /** After the screen was cleared. */
  clearScreen(): string {
    this.#forget();
    return `${CSI}H${CSI}2J`;
  }

  /** The terminal has another width now, and has broken rows that were longer. */
  resized(columns: number): string {
    const rowsOf = (width: number): number => Math.max(1, Math.ceil(width / Math.max(1, columns)));
    const above = this.#widths.slice(0, this.#cursorRow).reduce((sum, width) => sum + rowsOf(width), 0);
    const own = Math.floor(this.#cursorColumn / Math.max(1, columns));
    this.#cursorRow = above + own;
    return this.erase();
  }

  #forget(): void {
    this.#shown = [];
    this.#widths = [];
    this.#cursorRow = 0;
    this.#cursorColumn = 0;
  }

  #toTop(): string {
    return `\r${this.#cursorRow > 0 ? `${CSI}${this.#cursorRow}A` : ""}`;
  }

  #move(from: number, to: number, column: number): string {
    const rows = from === to ? "" : `${CSI}${Math.abs(to - from)}${to > from ? "B" : "A"}`;
    return `${rows}\r${column > 0 ? `${CSI}${column}C` : ""}`;
  }

  #line(row: Row): string {
    return row
      .map(({ style, text }) => {
        const code = this.#styles[style] ?? "";
        return code === "" ? text : `${CSI}${code}m${text}${RESET}`;
      })
      .join("");
  }
}
