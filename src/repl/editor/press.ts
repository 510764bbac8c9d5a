/** `(state, key) → state`: the whole editor. What a key asks of others is an effect. */
import * as edit from "./edit.js";
import {
  cancelSearch,
  down,
  endSearch,
  newer,
  older,
  searchFor,
  searchOlder,
  startSearch,
  up,
} from "./history-walk.js";
import { cancelMenu, choose, closeMenu } from "./menu.js";
import type { EditorState } from "./state.js";

/** As Node's `readline` has them, and pastes. */
export interface Key {
  readonly name: string | undefined;
  /** What the terminal sent. */
  readonly sequence: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

export type Effect =
  | { readonly kind: "submit"; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D where nothing is typed. */
  | { readonly kind: "leave" }
  /** Tab. */
  | { readonly kind: "complete" }
  | { readonly kind: "clear-screen" };

export interface Pressed {
  readonly state: EditorState;
  readonly effect?: Effect;
}

/** Whether Enter sends the text, or goes on with another line. */
export type IsFinished = (text: string) => boolean;

export function press(state: EditorState, key: Key, isFinished: IsFinished): Pressed {
  if (state.search !== undefined) {
    const searched = pressInSearch(state, key);
    if (searched !== undefined) return searched;
    return press(endSearch(state), key, isFinished);
  }
  const name = nameOf(key);
  if (name === "tab" || name === "shift-tab") return tab(state, name === "tab" ? 1 : -1);
  if (name === "escape" || name === "ctrl-g") return { state: cancelMenu(state) };
  // Enter takes what was chosen.
  if (name === "return" && state.menu?.chosen !== undefined) return { state: closeMenu(state) };
  if (state.menu !== undefined && (name === "down" || name === "up")) {
    return { state: choose(state, name === "down" ? 1 : -1) };
  }
  const effect = EFFECTS.get(name)?.(state, isFinished);
  if (effect !== undefined) return effect;
  const change = KEYS.get(name);
  if (change !== undefined) return { state: change(state) };
  return { state: isText(key) ? edit.insert(state, key.sequence) : state };
}

/** Text of any length in brackets of the terminal: never a command. */
export const paste = (state: EditorState, text: string): EditorState => {
  const plain = text.replaceAll(/\r\n?/g, "\n").replaceAll("\t", "  ");
  return { ...edit.insert(endSearch(state), plain), last: undefined };
};

const isText = ({ sequence, ctrl, meta }: Key): boolean =>
  !ctrl && !meta && sequence !== "" && !/^[\x00-\x1f\x7f]/.test(sequence);

function nameOf({ name, ctrl, meta, shift, sequence }: Key): string {
  if (sequence === "\x1f") return "ctrl-_";
  if (name === undefined) return meta ? `alt-${sequence.slice(1)}` : sequence;
  const isLetter = name.length === 1;
  return `${ctrl ? "ctrl-" : ""}${meta ? "alt-" : ""}${shift && !isLetter ? "shift-" : ""}${name}`;
}

const tab = (state: EditorState, by: 1 | -1): Pressed =>
  state.menu === undefined ? { state, effect: { kind: "complete" } } : { state: choose(state, by) };

const enter = (state: EditorState, isFinished: IsFinished): Pressed => {
  const isSent = isFinished(state.text);
  return isSent
    ? { state: closeMenu(state), effect: { kind: "submit", text: state.text } }
    : { state: edit.breakLine(state) };
};

const EFFECTS: ReadonlyMap<string, (state: EditorState, isFinished: IsFinished) => Pressed> = new Map([
  ["return", enter],
  ["enter", enter],
  ["ctrl-c", (state) => ({ state, effect: { kind: "interrupt" } })],
  ["ctrl-l", (state) => ({ state, effect: { kind: "clear-screen" } })],
  [
    "ctrl-d",
    (state) => (state.text === "" ? { state, effect: { kind: "leave" } } : { state: edit.deleteForward(state) }),
  ],
] satisfies [string, (state: EditorState, isFinished: IsFinished) => Pressed][]);

const KEYS: ReadonlyMap<string, (state: EditorState) => EditorState> = new Map([
  ["left", edit.left],
  ["ctrl-b", edit.left],
  ["right", edit.rightOrHint],
  ["ctrl-f", edit.rightOrHint],
  ["ctrl-left", edit.wordLeft],
  ["alt-left", edit.wordLeft],
  ["alt-b", edit.wordLeft],
  ["ctrl-right", edit.wordRightOrHint],
  ["alt-right", edit.wordRightOrHint],
  ["alt-f", edit.wordRightOrHint],
  ["home", edit.home],
  ["ctrl-a", edit.home],
  ["end", edit.endOrHint],
  ["ctrl-e", edit.endOrHint],
  ["alt-<", edit.toStart],
  ["alt->", edit.toEnd],
  ["up", up],
  ["down", down],
  ["ctrl-p", older],
  ["ctrl-n", newer],
  ["pageup", older],
  ["pagedown", newer],
  ["backspace", edit.backspace],
  ["ctrl-h", edit.backspace],
  ["delete", edit.deleteForward],
  ["ctrl-w", edit.killWordBefore],
  ["alt-backspace", edit.killWordBefore],
  ["alt-d", edit.killWordAfter],
  ["ctrl-u", edit.killToStart],
  ["ctrl-k", edit.killToEnd],
  ["ctrl-y", edit.yank],
  ["ctrl-t", edit.transpose],
  ["ctrl-_", edit.undo],
  ["ctrl-z", edit.undo],
  ["alt-z", edit.redo],
  ["alt-_", edit.redo],
  ["ctrl-r", startSearch],
  ["alt-return", edit.breakLine],
  ["alt-enter", edit.breakLine],
]);

/** @returns undefined: the key ends the search, and does what it always does */
function pressInSearch(state: EditorState, key: Key): Pressed | undefined {
  const name = nameOf(key);
  const query = state.search?.query ?? "";
  if (name === "ctrl-r") return { state: searchOlder(state) };
  if (name === "ctrl-g" || name === "escape" || name === "ctrl-c") return { state: cancelSearch(state) };
  if (name === "backspace") return { state: searchFor(state, [...query].slice(0, -1).join("")) };
  return isText(key) ? { state: searchFor(state, query + key.sequence) } : undefined;
}
