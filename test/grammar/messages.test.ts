import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MESSAGE_TABLES, MESSAGES } from "../../grammar/messages/index.js";
import { PROJECT_DIR } from "../support/index.js";

test("no code of a message stands in two tables", () => {
  const codes = MESSAGE_TABLES.flatMap((table) => Object.keys(table));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
});

test("every message is what some test expects to read", () => {
  const texts = testedTexts();
  const untested = Object.entries(MESSAGES).flatMap(([code, words]) =>
    (WORDS_OF_OTHERS[code] ?? patternOf(words)).test(texts) ? [] : [code],
  );
  expect(untested).toEqual(WITHOUT_TEST);
});

/** This may only become less: no script of ours comes near the first, and no kernel of ours has such functions. */
const WITHOUT_TEST: readonly string[] = ["stack-too-large", "function-ambiguous"];

/** Messages whose words come from elsewhere, and some that a test expects. */
const WORDS_OF_OTHERS: Readonly<Record<string, RegExp>> = {
  "compile-time-failure": /ERROR: an int/,
  "points-left-out": /of what the pattern matches is left out/,
  "variable-origin": /This is the initial declaration\./,
};

/** Stands for whatever a message puts in. */
const HOLE = "\u0001";

/** An argument that is a hole however it is used. */
const hole: unknown = new Proxy(() => hole, {
  get: (_, key) => (key === Symbol.toPrimitive || key === "toString" ? () => HOLE : hole),
});

/** What a message looks like, with anything in its holes; what it begins with decides how fast it is found. */
function patternOf(words: (args: never) => string): RegExp {
  const parts = words(hole as never).split(HOLE);
  while (parts[0] === "" && parts.length > 1) parts.shift();
  const escaped = parts.map((part) => part.trimEnd().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  // A pattern that begins with anything would be tried from each character to the end of its line.
  if (escaped[0] === "") escaped.shift();
  return new RegExp(escaped.join("[^\\n]*?"));
}

/** Sources of tests, as if quotes in them were not escaped, and recorded texts; not what people read. */
function testedTexts(): string {
  const directory = join(PROJECT_DIR, "test");
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.(ts|txt|golden)$/.test(file))
    .map((file) => readFileSync(join(directory, file), "latin1").replace(/\\([()[\].*+?"'`\\])/g, "$1"))
    .join("\n");
}
