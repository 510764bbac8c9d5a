/** What is being typed, as data: every key makes a new state of it. */

/** Text and cursor, in UTF-16 units. */
export interface Draft {
  readonly text: string;
  readonly cursor: number;
}

export interface MenuItem {
  /** What takes the place of the range. */
  readonly text: string;
  readonly detail: string;
}

/** What Tab has offered. */
export interface Menu {
  /** Before anything of it was chosen. */
  readonly draft: Draft;
  /** Of the draft's text. */
  readonly start: number;
  readonly end: number;
  readonly items: readonly MenuItem[];
  /** Undefined: nothing has been chosen yet. */
  readonly chosen: number | undefined;
}

/** Ctrl-R. */
export interface Search {
  readonly query: string;
  /** Index into the history; undefined: nothing has it. */
  readonly found: number | undefined;
  /** What was typed before. */
  readonly draft: Draft;
}

export interface EditorState extends Draft {
  /** Whole entries, the oldest first. */
  readonly history: readonly string[];
  /** Index of the entry that is shown; its length: none is. */
  readonly historyAt: number;
  /** What was typed before the history was walked. */
  readonly unsent: string;
  readonly undo: readonly Draft[];
  readonly redo: readonly Draft[];
  /** What the last key was about: letters that follow each other are undone together. */
  readonly last: "typing" | "deleting" | "killing" | "moving" | undefined;
  /** Ctrl-Y brings it back. */
  readonly killed: string;
  readonly search: Search | undefined;
  readonly menu: Menu | undefined;
}

export const emptyState = (history: readonly string[]): EditorState => ({
  text: "",
  cursor: 0,
  history,
  historyAt: history.length,
  unsent: "",
  undo: [],
  redo: [],
  last: undefined,
  killed: "",
  search: undefined,
  menu: undefined,
});

/** With this in it, and nothing to undo. */
export const stateWith = (history: readonly string[], text: string): EditorState => ({
  ...emptyState(history),
  text,
  cursor: text.length,
});

const MAX_UNDO = 500;

/** Another text; the old one can be had back. */
export function edited(state: EditorState, draft: Draft, last: EditorState["last"]): EditorState {
  const isSameStep = last === "typing" && state.last === "typing" && state.undo.length > 0;
  const undo = isSameStep ? state.undo : [...state.undo.slice(-MAX_UNDO), { text: state.text, cursor: state.cursor }];
  return { ...state, ...draft, undo, redo: [], last, menu: undefined };
}

export const moved = (state: EditorState, cursor: number): EditorState => ({
  ...state,
  cursor: Math.max(0, Math.min(cursor, state.text.length)),
  last: "moving",
  menu: undefined,
});

/** The rest of the newest entry that begins with what is typed: shown in grey, and taken with →. */
export function hintOf({ text, cursor, history, search, menu }: EditorState): string {
  if (text === "" || cursor !== text.length || search !== undefined || menu !== undefined) return "";
  const entry = history.findLast((old) => old.length > text.length && old.startsWith(text));
  return entry?.slice(text.length) ?? "";
}
