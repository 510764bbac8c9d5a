import { expect, test } from "vitest";
import { type Key, paste, press, type Pressed } from "../../../src/repl/editor/press.js";
import { emptyState, type EditorState, hintOf } from "../../../src/repl/editor/state.js";
import { offer } from "../../../src/repl/editor/menu.js";

const isBalanced = (text: string): boolean => text.split("{").length <= text.split("}").length;

const NAMED: Readonly<Record<string, string>> = { Enter: "return", Tab: "tab", Esc: "escape" };

/** `C-a`, `M-f`, `Left`, or text to type. */
function keyOf(text: string): readonly Key[] {
  const named = /^(C-|M-|S-)*(.|[A-Z][a-z]+)$/.exec(text);
  if (named === null || text.length === 1 || !/^[A-Z]/.test(text)) {
    return [...text].map((sequence) => {
      return {
        name: /^[a-z0-9]$/.test(sequence) ? sequence : undefined,
        sequence,
        ctrl: false,
        meta: false,
        shift: false,
      };
    });
  }
  const last = named[2] ?? "";
  const name = NAMED[last] ?? last.toLowerCase();
  const [ctrl, meta, shift] = [text.includes("C-"), text.includes("M-"), text.includes("S-")];
  return [{ name, sequence: ctrl && name === "_" ? "\x1f" : "\x1b", ctrl, meta, shift }];
}

function typed(keys: readonly string[], state: EditorState = emptyState([])): Pressed {
  return keys.flatMap(keyOf).reduce<Pressed>((at, key) => press(at.state, key, isBalanced), { state });
}

/** The text with a `|` where the cursor is. */
const shown = ({ text, cursor }: EditorState): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

test.each([
  [["abc", "Left", "x"], "abx|c"],
  [["abc def", "C-w"], "abc |"],
  [["abc def", "C-w", "C-w", "C-y"], "abc def|"],
  [["abc", "C-a", "x", "C-e", "y"], "xabcy|"],
  [["abc", "C-a", "C-k"], "|"],
  [["abc", "Left", "C-u"], "|c"],
  [["one two", "M-b", "M-d"], "one |"],
  [["one two", "C-Left", "C-Left", "C-Right"], "one| two"],
  [["ab", "C-t"], "ba|"],
  [["abc", "Home", "Delete"], "|bc"],
  [["abc", "C-d"], "abc|"],
  [["e\u0301x", "Left", "Backspace"], "|x"],
  [["日本", "Left", "Backspace"], "|本"],
  [["👩‍👩‍👧", "Backspace"], "|"],
  [["a {", "Enter", "b"], "a {\n  b|"],
  [["a {", "Enter", "b", "Up", "Home", "x"], "xa {\n  b".replace("x", "x|")],
  [["ab {", "Enter", "C-a", "Up", "End", "Down", "y"], "ab {\n  y|"],
  [["a", "M-Enter", "b"], "a\nb|"],
])("%j", (keys, expected) => {
  expect(shown(typed(keys).state)).toBe(expected);
});

test("undo takes back what was typed in one go, and redo brings it again", () => {
  const { state } = typed(["abc", "C-w", "xyz"]);
  const once = typed(["C-_"], state).state;
  const twice = typed(["C-_"], once).state;
  const all = typed(["C-_", "C-_", "C-_"], twice).state;
  expect([once, twice, all].map(({ text }) => text)).toEqual(["", "abc", ""]);
  expect(typed(["M-z", "M-z", "M-z", "M-z"], all).state.text).toBe("xyz");
});

test("Enter sends what is finished", () => {
  expect(typed(["BEGIN {", "Enter"]).effect).toBeUndefined();
  expect(typed(["BEGIN {", "Enter", "}", "Enter"]).effect).toEqual({ kind: "submit", text: "BEGIN {\n  }" });
});

test("Ctrl-D ends only where nothing is typed, and Ctrl-C is told", () => {
  expect(typed(["C-d"]).effect).toEqual({ kind: "leave" });
  expect(typed(["a", "C-d"]).effect).toBeUndefined();
  expect(typed(["a", "C-c"]).effect).toEqual({ kind: "interrupt" });
});

const HISTORY = ["BEGIN { 1 }", "END {\n  2\n}", "BEGIN { 3 }"];

test("the history is walked by whole entries, and what was typed is not lost", () => {
  const start = emptyState(HISTORY);
  const texts = (keys: readonly string[]): string => typed(keys, start).state.text;
  expect(texts(["x", "Up"])).toBe("BEGIN { 3 }");
  expect(texts(["x", "C-p", "C-p"])).toBe("END {\n  2\n}");
  expect(texts(["x", "Up", "Down"])).toBe("x");
  expect(texts(["Up", "Up", "Up", "Up"])).toBe("END {\n  2\n}");
});

test("Ctrl-R finds what has the letters, the newest first", () => {
  const start = emptyState(HISTORY);
  expect(typed(["x", "C-r", "BEG"], start).state.text).toBe("BEGIN { 3 }");
  expect(typed(["C-r", "BEG", "C-r"], start).state.text).toBe("BEGIN { 1 }");
  expect(typed(["C-r", "BEG", "C-r", "Right", "y"], start).state.text).toBe("BEGIN { 1 }y");
  expect(typed(["x", "C-r", "BEG", "C-g"], start).state).toMatchObject({ text: "x", search: undefined });
  expect(typed(["C-r", "BEG", "Enter"], start).effect).toEqual({ kind: "submit", text: "BEGIN { 3 }" });
  expect(typed(["C-r", "none"], start).state.search?.found).toBeUndefined();
});

test("the hint is the newest entry that begins so; → takes it, Alt-F a word", () => {
  const start = emptyState(HISTORY);
  const state = typed(["BEG"], start).state;
  expect(hintOf(state)).toBe("IN { 3 }");
  expect(typed(["Right"], state).state.text).toBe("BEGIN { 3 }");
  expect(typed(["M-f"], state).state.text).toBe("BEGIN");
  expect(hintOf(typed(["Left"], state).state)).toBe("");
});

test("a paste is text, whatever is in it", () => {
  const { text } = paste(emptyState([]), "a\r\nb\rc\td\x03");
  expect(text).toBe("a\nb\nc  d\x03");
});

test("Tab asks; one thing is taken, a common start is taken, else there is a menu", () => {
  expect(typed(["p", "Tab"]).effect).toEqual({ kind: "complete" });
  const state = typed(["x pr"]).state;
  const range = { start: 2, end: 4 };
  const item = (text: string): { text: string; detail: string } => ({ text, detail: "" });
  expect(offer(state, range, [item("print(")]).text).toBe("x print(");
  expect(offer(state, range, [item("print("), item("printf(")]).text).toBe("x print");
  const menu = offer(state, range, [item("print("), item("probe")]);
  expect(menu.menu?.items.length).toBe(2);
  expect(typed(["Tab"], menu).state.text).toBe("x print(");
  expect(typed(["Tab", "Tab"], menu).state.text).toBe("x probe");
  expect(typed(["S-Tab"], menu).state.text).toBe("x probe");
  expect(typed(["Tab", "Esc"], menu).state.text).toBe("x pr");
  expect(typed(["Tab", "Enter", "1"], menu).state.text).toBe("x print(1");
  expect(typed(["Tab", "Tab", "C-_"], menu).state.text).toBe("x pr");
});
