/** `--fmt` keeps the meaning of whatever script there is: random programs, and every script of the project. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Comment, DiagnosticBag, format, parse } from "../../grammar/index.js";
import { goldenFiles } from "../golden/golden-file.js";
import { randomProgram } from "../kernel/differential/generate/program.js";
import { printProgram } from "../kernel/differential/print.js";
import { randomFrom } from "../random.js";
import { meaning, parseText } from "./support.js";

const RANDOM_PROGRAMS = 20;
const PROJECT = join(import.meta.dirname, "..", "..");

function formatted(text: string): string {
  const comments: Comment[] = [];
  return format(parse({ name: "script.bt", text }, new DiagnosticBag(), comments), comments);
}

/** Comments count as well: none is lost. */
function check(text: string): void {
  const once = formatted(text);
  const again = parseText(once);
  expect(again.messages, once).toEqual([]);
  expect(meaning(again.program), text).toBe(meaning(parseText(text).program));
  expect(formatted(once), text).toBe(once);
}

test(`${RANDOM_PROGRAMS} random programs`, { timeout: 240_000 }, () => {
  for (let id = 0; id < RANDOM_PROGRAMS; id++) check(printProgram(randomProgram(randomFrom(7_000_021 + id), id)));
});

test("golden files, examples, samples of the documentation", () => {
  const examples = readdirSync(join(PROJECT, "examples")).filter((file) => file.endsWith(".bt"));
  const scripts = [
    ...goldenFiles().map(({ source }) => source),
    ...examples.map((file) => readFileSync(join(PROJECT, "examples", file), "latin1")),
    ...[...FULL_LANGUAGE.functions.values(), ...FULL_LANGUAGE.builtins.values()].flatMap(
      ({ doc }) => doc.example ?? [],
    ),
  ].filter(isScript);
  expect(scripts.length).toBeGreaterThan(100);
  for (const script of scripts) check(script);
});

test("scripts of the tests", { timeout: 240_000 }, () => {
  const scripts = new Set(
    sourcesIn(join(PROJECT, "test", "e2e"))
      .flatMap(literalsIn)
      .filter(isScript),
  );
  expect(scripts.size).toBeGreaterThan(300);
  for (const script of scripts) check(script);
});

const isScript = (text: string): boolean => {
  if (!text.includes("{")) return false;
  const { program, messages } = parseText(text);
  return messages.length === 0 && program.items.some(({ kind }) => kind === "probe");
};

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "latin1"));

/** String literals of a source in TypeScript, without those that are put together. */
const literalsIn = (source: string): readonly string[] =>
  [...source.matchAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\$]|\\.)*`/g)].flatMap(([literal]) => {
    try {
      return [runInNewContext(literal) as string];
    } catch {
      return [];
    }
  });
