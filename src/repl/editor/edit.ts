/** What keys do to the text. */
import { edited, type EditorState, hintOf, moved } from "./state.js";
import { after, before, lineEnd, lineStart, wordAfter, wordBefore } from "./text.js";

export function insert(state: EditorState, text: string): EditorState {
  const draft = {
    text: state.text.slice(0, state.cursor) + text + state.text.slice(state.cursor),
    cursor: state.cursor + text.length,
  };
  return edited(state, draft, text.length <= 2 && text !== "\n" ? "typing" : undefined);
}

/** A new line that begins as far to the right as this one, or further behind an opening brace. */
export function breakLine(state: EditorState): EditorState {
  const line = state.text.slice(lineStart(state.text, state.cursor), state.cursor);
  const [indent = ""] = /^[ \t]*/.exec(line) ?? [];
  return insert(state, `\n${indent}${/\{\s*$/.test(line) ? "  " : ""}`);
}

function remove(state: EditorState, start: number, end: number): EditorState {
  if (start === end) return state;
  return edited(state, { text: state.text.slice(0, start) + state.text.slice(end), cursor: start }, "deleting");
}

/** Removed text that Ctrl-Y brings back; what is killed in a row comes back as one. */
function kill(state: EditorState, start: number, end: number): EditorState {
  if (start === end) return state;
  const text = state.text.slice(start, end);
  const isBackward = end === state.cursor;
  const before = state.last === "killing" ? state.killed : "";
  const killed = isBackward ? text + before : before + text;
  return { ...remove(state, start, end), killed, last: "killing" };
}

type Edit = (state: EditorState) => EditorState;

export const backspace: Edit = (s) => remove(s, before(s.text, s.cursor), s.cursor);
export const deleteForward: Edit = (s) => remove(s, s.cursor, after(s.text, s.cursor));
export const killWordBefore: Edit = (s) => kill(s, wordBefore(s.text, s.cursor), s.cursor);
export const killWordAfter: Edit = (s) => kill(s, s.cursor, wordAfter(s.text, s.cursor));
export const killToStart: Edit = (s) => kill(s, lineStart(s.text, s.cursor), s.cursor);
/** At the end of a line, its line feed. */
export const killToEnd: Edit = (s) => {
  const end = lineEnd(s.text, s.cursor);
  return kill(s, s.cursor, end === s.cursor ? Math.min(end + 1, s.text.length) : end);
};
export const yank: Edit = (s) => (s.killed === "" ? s : insert(s, s.killed));

export const left: Edit = (s) => moved(s, before(s.text, s.cursor));
export const right: Edit = (s) => moved(s, after(s.text, s.cursor));
export const wordLeft: Edit = (s) => moved(s, wordBefore(s.text, s.cursor));
export const home: Edit = (s) => moved(s, lineStart(s.text, s.cursor));
export const end: Edit = (s) => moved(s, lineEnd(s.text, s.cursor));
export const toStart: Edit = (s) => moved(s, 0);
export const toEnd: Edit = (s) => moved(s, s.text.length);

/** → at the end of the text takes the hint. */
export const rightOrHint: Edit = (s) => {
  const hint = hintOf(s);
  return hint === "" ? right(s) : insert(s, hint);
};
/** A word of the hint. */
export const wordRightOrHint: Edit = (s) => {
  const hint = hintOf(s);
  return hint === "" ? moved(s, wordAfter(s.text, s.cursor)) : insert(s, hint.slice(0, wordAfter(hint, 0)));
};
export const endOrHint: Edit = (s) => (hintOf(s) === "" ? end(s) : rightOrHint(s));

export const undo: Edit = (s) => {
  const draft = s.undo.at(-1);
  if (draft === undefined) return s;
  const redo = [...s.redo, { text: s.text, cursor: s.cursor }];
  return { ...s, ...draft, undo: s.undo.slice(0, -1), redo, last: undefined, menu: undefined };
};
export const redo: Edit = (s) => {
  const draft = s.redo.at(-1);
  if (draft === undefined) return s;
  const done = [...s.undo, { text: s.text, cursor: s.cursor }];
  return { ...s, ...draft, undo: done, redo: s.redo.slice(0, -1), last: undefined, menu: undefined };
};

/** The characters around the cursor change places. */
export const transpose: Edit = (s) => {
  const at = s.cursor === s.text.length ? before(s.text, s.cursor) : s.cursor;
  const [start, stop] = [before(s.text, at), after(s.text, at)];
  if (start === at || stop === at) return s;
  const swapped = s.text.slice(at, stop) + s.text.slice(start, at);
  return edited(s, { text: s.text.slice(0, start) + swapped + s.text.slice(stop), cursor: stop }, undefined);
};
