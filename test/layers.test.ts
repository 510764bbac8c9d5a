import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "./support/index.js";

/** Who may import whom; see the table of folders in the design. Paths are matched by how they begin. */
const LAYERS = [
  { folder: "grammar", mayImport: ["grammar/", "chevrotain"] },
  { folder: "codegen", mayImport: ["codegen/", "grammar/"] },
  { folder: "native", mayImport: ["native/", "node:"] },
  { folder: "src", mayImport: ["src/", "codegen/", "grammar/", "native/", "node:", "package.json"] },
] as const;

/** The one file that loads the addon. */
const ADDON_LOADER = "src/kernel/native.ts";

interface Import {
  readonly file: string;
  /** A package, or a path from the project's directory. */
  readonly target: string;
}

const IMPORTS = LAYERS.flatMap(({ folder }) => sourcesIn(folder)).flatMap(importsOf);

test.each(LAYERS)("$folder imports only what its layer may", ({ folder, mayImport }) => {
  const offending = IMPORTS.filter(
    ({ file, target }) => file.startsWith(`${folder}/`) && !mayImport.some((start) => target.startsWith(start)),
  );
  expect(offending).toEqual([]);
});

test("only one file knows the native addon", () => {
  const users = IMPORTS.filter(({ file, target }) => file.startsWith("src/") && target.startsWith("native/"));
  expect([...new Set(users.map(({ file }) => file))].filter((file) => file !== ADDON_LOADER)).toEqual([]);
});

test("no file has a name that says nothing", () => {
  const files = LAYERS.flatMap(({ folder }) => sourcesIn(folder));
  expect(files.filter((file) => /(^|\/)(utils?|common|misc)\.ts$/.test(file))).toEqual([]);
});

function sourcesIn(folder: string): readonly string[] {
  const names = readdirSync(join(PROJECT_DIR, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

function importsOf(file: string): readonly Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(PROJECT_DIR, file), "utf8"), true, true);
  return importedFiles.map(({ fileName: name }) => ({
    file,
    target: name.startsWith(".") ? normalize(join(dirname(file), name)) : name,
  }));
}
