/** What is being typed as rows of a screen: pure, so that it can be tested cell by cell. */
import { excerptOf } from "./excerpt.js";
import { hintOf, type EditorState, type Menu } from "./state.js";
import { graphemes } from "./text.js";
import { visible, widthOf } from "./width.js";

export type Style =
  | "plain"
  | "prompt"
  | "hint"
  | "menu"
  | "chosen"
  | "comment"
  | "keyword"
  | "provider"
  | "name"
  | "function"
  | "variable"
  | "number"
  | "string"
  | "wrong";

/** A stretch of the text and how it is shown, in UTF-16 units. */
export interface Colored {
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

interface Run {
  readonly style: Style;
  readonly text: string;
}

export type Row = readonly Run[];

export interface Frame {
  readonly rows: readonly Row[];
  /** Where the cursor is: row of the frame, and cell. */
  readonly cursor: { readonly row: number; readonly column: number };
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

export interface View {
  readonly state: EditorState;
  /** Of the first line; those of the others are as wide. */
  readonly prompt: string;
  readonly colors: readonly Colored[];
  /** Below the text: a signature, or that something is still to come. */
  readonly note: string;
}

const MENU_ROWS = 6;

export function layout({ state, prompt, colors, note }: View, screen: Screen): Frame {
  const lines = new Rows(screen.columns);
  const head = state.search === undefined ? prompt : searchPrompt(state.search.query, state.search.found !== undefined);
  const nextHead = "  ".padEnd(Math.min(prompt.length, 6)).replace(/ {2}$/, "· ");
  const room = { columns: lines.columns, firstColumns: lines.columns - nextHead.length, rows: screen.rows };
  const { text: shown, start, isInLine } = excerptOf(state, room);
  if (!isInLine) lines.add("prompt", start === 0 ? head : nextHead);
  const colorAt = styleFinder(colors);
  let at = start;
  let cursor = lines.place();
  for (const grapheme of graphemes(shown)) {
    if (at === state.cursor) cursor = lines.place();
    if (grapheme === "\n") {
      lines.break();
      lines.add("prompt", nextHead);
    } else lines.add(colorAt(at), grapheme);
    at += grapheme.length;
  }
  if (state.cursor >= at) cursor = lines.place();
  const [hint = ""] = hintOf(state).split("\n");
  lines.addWithin("hint", hint);
  const text = windowOf({ rows: lines.finish(), cursor }, Math.max(1, screen.rows - 1));
  const left = screen.rows - text.rows.length - 1;
  const below = state.menu !== undefined ? menuRows(state.menu, screen, left) : noteRows(note, screen, left);
  return { rows: [...text.rows, ...below], cursor: text.cursor };
}

const searchPrompt = (query: string, isFound: boolean): string =>
  `${isFound || query === "" ? "" : "no "}history '${query}': `;

function noteRows(note: string, { columns }: Screen, room: number): readonly Row[] {
  if (note === "" || room < 1) return [];
  return [[{ style: "hint", text: cut(note, columns - 1) }]];
}

/** As many items as there is room for, around the one that is chosen. */
function menuRows({ items, chosen }: Menu, { columns }: Screen, room: number): readonly Row[] {
  const count = Math.min(MENU_ROWS, items.length, Math.max(0, room));
  const first = Math.max(0, Math.min((chosen ?? 0) - Math.floor(count / 2), items.length - count));
  const shown = items.slice(first, first + count);
  const width = Math.min(Math.max(0, ...shown.map(({ text }) => text.length)) + 2, columns - 1);
  const rows = shown.map(({ text, detail }, i): Row => {
    const line = cut(`${cut(text, width).padEnd(width)}${detail}`, columns - 1);
    return [{ style: first + i === chosen ? "chosen" : "menu", text: line }];
  });
  const more = items.length - count;
  return more > 0 && room > count ? [...rows, [{ style: "hint", text: cut(`… ${more} more`, columns - 1) }]] : rows;
}

/** The start of a text, if not all of it fits. */
export function cut(text: string, columns: number): string {
  let width = 0;
  let kept = "";
  for (const grapheme of graphemes(text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, " "))) {
    width += widthOf(grapheme);
    if (width > columns) return kept;
    kept += grapheme;
  }
  return kept;
}

/** Styles are asked for in order. */
function styleFinder(colors: readonly Colored[]): (at: number) => Style {
  let next = 0;
  return (at) => {
    while (next < colors.length && (colors[next]?.end ?? 0) <= at) next++;
    const found = colors[next];
    return found !== undefined && found.start <= at ? found.style : "plain";
  };
}

/** A text longer than the screen: the rows around the cursor. */
function windowOf(frame: Frame, height: number): Frame {
  const { rows, cursor } = frame;
  if (rows.length <= height) return frame;
  const first = Math.max(0, Math.min(cursor.row - Math.floor(height / 2), rows.length - height));
  return { rows: rows.slice(first, first + height), cursor: { ...cursor, row: cursor.row - first } };
}

class Rows {
  readonly columns: number;
  readonly #rows: Row[] = [];
  #runs: Run[] = [];
  #width = 0;

  constructor(columns: number) {
    // The last cell stays empty: terminals differ in what they do when it is filled.
    this.columns = Math.max(4, columns - 1);
  }

  place(): { readonly row: number; readonly column: number } {
    return { row: this.#rows.length, column: this.#width };
  }

  add(style: Style, text: string): void {
    for (const grapheme of graphemes(text)) for (const seen of visible(grapheme)) this.#cell(style, seen);
  }

  /** As much as fits on this row. */
  addWithin(style: Style, text: string): void {
    this.add(style, cut(text, this.columns - this.#width));
  }

  #cell(style: Style, seen: string): void {
    const width = widthOf(seen);
    if (this.#width + width > this.columns) this.break();
    const last = this.#runs.at(-1);
    if (last?.style === style) this.#runs[this.#runs.length - 1] = { style, text: last.text + seen };
    else this.#runs.push({ style, text: seen });
    this.#width += width;
  }

  break(): void {
    this.#rows.push(this.#runs);
    this.#runs = [];
    this.#width = 0;
  }

  finish(): readonly Row[] {
    this.break();
    return this.#rows;
  }
}
