/** Texts are byte strings, one character for each byte: another character would be cut to its lowest byte when it is written. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "../../support/index.js";

/** The prompt shows UTF-8 to people, and says where it does. */
const FOLDERS = ["grammar", "codegen", "src/attach", "src/cli", "src/core", "src/kernel", "src/output", "src/runtime"];

/** Never written, or as UTF-8. */
const ALLOWED: readonly (readonly [file: string, part: string])[] = [
  // Documentation, which help encodes.
  ["codegen/providers/iter.ts", "files, maps … The run ends"],
  // Of an error that is told as a diagnostic with other words.
  ["codegen/bpf/layout/frame.ts", " → "],
  // Greater than any other byte, for comparing.
  ["src/kernel/traceable-functions.ts", "ÿ"],
];

test("texts have no characters that are not ASCII", () => {
  const found = FOLDERS.flatMap(sourcesIn).flatMap((file) => textsIn(file).map((text) => [file, text] as const));
  expect(found.filter((one) => !ALLOWED.some((allowed) => isOf(one, allowed)))).toEqual([]);
  expect(ALLOWED.filter((allowed) => !found.some((one) => isOf(one, allowed)))).toEqual([]);
});

const isOf = ([file, text]: readonly [string, string], [known, part]: readonly [string, string]): boolean =>
  file === known && text.includes(part);

function sourcesIn(folder: string): readonly string[] {
  const files = readdirSync(join(PROJECT_DIR, folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(folder, file));
}

function textsIn(file: string): readonly string[] {
  const text = readFileSync(join(PROJECT_DIR, file), "utf8");
  if (!/[^\0-\x7f]/.test(text)) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isStringLiteralLike(node) || ts.isTemplateLiteralToken(node)) && /[^\0-\x7f]/.test(node.text))
      found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  return found;
}
