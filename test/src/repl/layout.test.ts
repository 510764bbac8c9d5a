import { expect, test } from "vitest";
import { type Frame, layout, type View } from "../../../src/repl/editor/layout.js";
import { Painter } from "../../../src/repl/editor/painter.js";
import { emptyState, stateWith } from "../../../src/repl/editor/state.js";

const SCREEN = { columns: 40, rows: 10 };

const view = (text: string, changes: Partial<View> = {}): View => ({
  state: stateWith([], text),
  prompt: "tsbt> ",
  colors: [],
  note: "",
  ...changes,
});

const rowsOf = ({ rows }: Frame): readonly string[] => rows.map((row) => row.map(({ text }) => text).join(""));

test("one line, and its cursor", () => {
  const frame = layout(view("abc"), SCREEN);
  expect(rowsOf(frame)).toEqual(["tsbt> abc"]);
  expect(frame.cursor).toEqual({ row: 0, column: 9 });
});

test("lines of an entry begin where the first one does", () => {
  expect(rowsOf(layout(view("a {\n  b\n}"), SCREEN))).toEqual(["tsbt> a {", "    ·   b", "    · }"]);
});

test("long lines are broken, and wide characters are not divided", () => {
  const frame = layout(view(`${"x".repeat(32)}日本`), SCREEN);
  expect(rowsOf(frame)).toEqual([`tsbt> ${"x".repeat(32)}`, "日本"]);
  expect(frame.cursor).toEqual({ row: 1, column: 4 });
});

test("what cannot be seen is shown, and steers nothing", () => {
  expect(rowsOf(layout(view("a\x1b[31m\x07\x9b"), SCREEN))).toEqual(["tsbt> a^[[31m^G?"]);
});

test("colours, hint and note", () => {
  const state = { ...emptyState(["abcdef"]), text: "abc", cursor: 3 };
  const frame = layout(view("", { state, colors: [{ start: 1, end: 2, style: "number" }], note: "hist(n)" }), SCREEN);
  expect(frame.rows).toEqual([
    [
      { style: "prompt", text: "tsbt> " },
      { style: "plain", text: "a" },
      { style: "number", text: "b" },
      { style: "plain", text: "c" },
      { style: "hint", text: "def" },
    ],
    [{ style: "hint", text: "hist(n)" }],
  ]);
});

test("a text longer than the screen shows the rows around the cursor", () => {
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}`).join("\n");
  const frame = layout(view(text), SCREEN);
  expect(frame.rows.length).toBe(9);
  expect(rowsOf(frame).at(-1)).toBe("    · line 49");
  expect(frame.cursor.row).toBe(8);
});

test("the menu has as many rows as there is room for", () => {
  const items = Array.from({ length: 30 }, (_, i) => ({ text: `item${i}`, detail: "a detail" }));
  const menu = { draft: { text: "", cursor: 0 }, start: 0, end: 0, items, chosen: 15 };
  const rows = rowsOf(layout(view("", { state: { ...emptyState([]), menu } }), SCREEN));
  expect(rows).toEqual([
    "tsbt> ",
    "item12  a detail",
    "item13  a detail",
    "item14  a detail",
    "item15  a detail",
    "item16  a detail",
    "item17  a detail",
    "… 24 more",
  ]);
});

test("only what has changed is painted", () => {
  const painter = new Painter({ color: false });
  painter.paint(layout(view("first {\nsecond"), SCREEN));
  const bytes = painter.paint(layout(view("first {\nsecond!"), SCREEN));
  expect(bytes).not.toContain("first");
  expect(bytes).toContain("second!");
});

test("of a long text only what can be seen is laid out, and it is the same", () => {
  const texts = [
    "a line of text\n".repeat(500),
    "x".repeat(9000),
    `${"short\n".repeat(300)}${"y".repeat(5000)}\n${"z ".repeat(300)}\n`.repeat(2),
  ];
  for (const text of texts) {
    for (const cursor of [0, 30, 1000, 4321, text.length - 500, text.length]) {
      const state = { ...stateWith([], text), cursor };
      const all = layout(view("", { state }), { columns: 40, rows: 100_000 });
      const height = SCREEN.rows - 1;
      const first = Math.max(0, Math.min(all.cursor.row - Math.floor(height / 2), all.rows.length - height));
      const seen = layout(view("", { state }), SCREEN);
      expect(rowsOf(seen), `${text.slice(0, 9)} ${cursor}`).toEqual(rowsOf(all).slice(first, first + height));
      expect(seen.cursor).toEqual({ ...all.cursor, row: all.cursor.row - first });
    }
  }
});

test("characters of two units are not divided where an excerpt begins", () => {
  const text = "🙂".repeat(5000);
  const frame = layout(view("", { state: { ...stateWith([], text), cursor: 6001 + 1 } }), SCREEN);
  expect(rowsOf(frame).join("")).toMatch(/^(🙂)+$/u);
});
