import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { PROJECT_DIR } from "./support/index.js";

/** Who may import whom; see the table of folders in the design. Paths are matched by how they begin. */
const LAYERS = [
  { folder: "grammar", mayImport: ["grammar/", "chevrotain"] },
  { folder: "codegen", mayImport: ["codegen/", "grammar/"] },
  { folder: "service", mayImport: ["service/", "codegen/", "grammar/"] },
  { folder: "native", mayImport: ["native/", "node:"] },
  {
    folder: "src",
    mayImport: ["src/", "service/", "codegen/", "grammar/", "native/", "node:", "commander", "fzstd", "package.json"],
  },
] as const;

/** The one file that loads the addon. */
const ADDON_LOADER = "src/kernel/native.ts";

/**
 * Each layer's floors, from the ground up. A folder imports values only from folders that lie lower; those of one floor
 * do not know each other. Types may come from anywhere. In the directory of a layer itself ground and front door lie
 * side by side, so each file there is listed by itself.
 */
const FLOORS: readonly (readonly string[])[] = [
  // grammar
  [
    "grammar/ast.ts",
    "grammar/literals.ts",
    "grammar/messages",
    "grammar/nearest.ts",
    "grammar/source.ts",
    "grammar/tokens.ts",
  ],
  ["grammar/diagnostic.ts", "grammar/operation-span.ts", "grammar/render.ts", "grammar/walk.ts"],
  ["grammar/c", "grammar/parser"],
  ["grammar/format"],
  ["grammar/index.ts"],
  // codegen: what everybody may know
  ["codegen/codec", "codegen/config.ts", "codegen/facts.ts", "codegen/internal-error.ts", "codegen/object.ts"],
  ["codegen/column.ts", "codegen/instructions", "codegen/kernel", "codegen/program-limits.ts", "codegen/types"],
  ["codegen/btf", "codegen/c", "codegen/ir", "codegen/language"],
  ["codegen/saved", "codegen/vocabulary"],
  ["codegen/builtins/parts", "codegen/functions/parts"],
  // the language, and what is done with one: neither knows the other
  ["codegen/builtins", "codegen/functions", "codegen/library.ts", "codegen/providers", "codegen/analysis/names"],
  ["codegen/full-language.ts", "codegen/analysis/folding"],
  ["codegen/analysis/checks", "codegen/analysis/expansion"],
  ["codegen/analysis/attach-points", "codegen/analysis/typing"],
  // the back end, by its stages
  ["codegen/bpf/machine"],
  ["codegen/bpf/selection"],
  ["codegen/bpf/allocation"],
  ["codegen/bpf/layout"],
  ["codegen/bpf/emission"],
  ["codegen/bpf/assembly"],
  ["codegen/analysis", "codegen/lower", "codegen/optimize", "codegen/settle", "codegen/bpf", "codegen/map-btf.ts"],
  ["codegen/alike", "codegen/program-arrays.ts"],
  ["codegen/back-end.ts", "codegen/link.ts"],
  ["codegen/compile.ts"],
  // people who are writing a script
  ["service"],
  // the machine and people
  ["native"],
  ["src/dwarf", "src/files", "src/symbols/demangle", "src/time-zones"],
  ["src/headers", "src/output", "src/symbols"],
  ["src/unwind"],
  ["src/output/aggregations/parts"],
  ["src/output/aggregations"],
  ["src/output/maps"],
  ["src/output/formats"],
  ["src/output/index.ts"],
  ["src/kernel"],
  ["src/attach", "src/runtime/actions"],
  ["src/runtime"],
  ["src/core/saved"],
  ["src/core"],
  ["src/api", "src/cli"],
  ["src/repl/editor", "src/repl/typed"],
  ["src/repl/face", "src/repl/names", "src/repl/run"],
  ["src/repl/commands"],
  ["src/repl"],
  ["src/start-up"],
];

/** What only those may name who hand a language to the compiler. */
const DEFINITIONS = [
  "codegen/builtins",
  "codegen/builtins/parts",
  "codegen/functions",
  "codegen/functions/parts",
  "codegen/library.ts",
  "codegen/providers",
];
const FULL_LANGUAGE = "codegen/full-language.ts";

/** No libraries: who starts the command reaches into it, and the prompt's bundle must not have all of it. */
const OPEN = ["cli", "repl"];

interface Import {
  readonly file: string;
  /** A package, or a path from the project's directory. */
  readonly target: string;
  readonly isOfTypes: boolean;
}

const SOURCES = LAYERS.flatMap(({ folder }) => sourcesIn(folder));
const IMPORTS = SOURCES.flatMap(importsOf);
/** From one file of ours to another: what is there when the program runs. */
const VALUE_IMPORTS = IMPORTS.filter(({ target, isOfTypes }) => !isOfTypes && SOURCES.includes(target));

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

test("every folder has its floor", () => {
  const folders = new Set(SOURCES.map(folderOf));
  expect([...folders].sort()).toEqual(FLOORS.flat().sort());
});

test("values come from lower floors only", () => {
  const upwards = VALUE_IMPORTS.filter(
    ({ file, target }) => folderOf(file) !== folderOf(target) && floorOf(target) >= floorOf(file),
  );
  expect(upwards.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("who is outside of a folder of src comes in by its entry", () => {
  const past = IMPORTS.filter(
    ({ file, target }) =>
      file.startsWith("src/") &&
      target.startsWith("src/") &&
      placeIn(target) !== placeIn(file) &&
      !OPEN.includes(placeIn(target)) &&
      target !== `src/${placeIn(target)}/index.ts`,
  );
  expect(past.map(({ file, target }) => `${file} imports ${target}`)).toEqual([]);
});

test("the compiler knows no definition by itself", () => {
  const users = VALUE_IMPORTS.filter(
    ({ file, target }) =>
      file.startsWith("codegen/") && DEFINITIONS.includes(folderOf(target)) && !DEFINITIONS.includes(folderOf(file)),
  );
  expect([...new Set(users.map(({ file }) => file))]).toEqual([FULL_LANGUAGE]);
  const entries = IMPORTS.filter(({ target }) => target === FULL_LANGUAGE).map(({ file }) => file);
  expect(entries.filter((file) => !/^src\/(api|cli|repl|start-up)\//.test(file))).toEqual([]);
});

test.each(["codegen/builtins", "codegen/functions"])("every file of %s is a definition", (folder) => {
  const index = `${folder}/index.ts`;
  const listed = VALUE_IMPORTS.filter(({ file }) => file === index).map(({ target }) => target);
  const files = SOURCES.filter((file) => folderOf(file) === folder && file !== index);
  expect(files.filter((file) => !listed.includes(file))).toEqual([]);
});

/** Where trees are walked, the rules for one kind of node reach those for all others through one object. */
test("no files import each other in a circle", () => {
  expect(circlesOf(VALUE_IMPORTS)).toEqual([]);
});

test("no file has a name that says nothing", () => {
  expect(SOURCES.filter((file) => /(^|\/)(utils?|common|misc)\.ts$/.test(file))).toEqual([]);
});

function sourcesIn(folder: string): readonly string[] {
  const names = readdirSync(join(PROJECT_DIR, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
}

/** In the directory of a layer each file is by itself, and so is the entry of a folder whose floors it stands above. */
function folderOf(file: string): string {
  if (file === "src/output/index.ts") return file;
  const folder = dirname(file);
  return folder.includes("/") || ["native", "service"].includes(folder) ? folder : file;
}

/** The folder of `src`. */
const placeIn = (file: string): string => file.split("/")[1] ?? "";

const floorOf = (file: string): number => FLOORS.findIndex((floor) => floor.includes(folderOf(file)));

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(PROJECT_DIR, file), "utf8");
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const stated = statements.flatMap((node) => {
    const name = specifierOf(node);
    return name === undefined ? [] : [{ file, target: resolve(file, name), isOfTypes: isOfTypes(node) }];
  });
  // `import("…")` in the middle of the text.
  const targets = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => resolve(file, fileName));
  const others = targets.filter((target) => !stated.some((known) => known.target === target));
  return [...stated, ...others.map((target) => ({ file, target, isOfTypes: false }))];
}

function specifierOf(node: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) return undefined;
  const { moduleSpecifier } = node;
  return moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : undefined;
}

function resolve(file: string, name: string): string {
  return name.startsWith(".") ? normalize(join(dirname(file), name)).replace(/\.js$/, ".ts") : name;
}

/** `import type`, or nothing but `type` among the names. */
function isOfTypes(node: ts.Statement): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly || areTypes(node.exportClause);
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  return phaseModifier === ts.SyntaxKind.TypeKeyword || (name === undefined && areTypes(namedBindings));
}

function areTypes(names: ts.NamedImportBindings | ts.NamedExportBindings | undefined): boolean {
  if (names === undefined || !(ts.isNamedImports(names) || ts.isNamedExports(names))) return false;
  return names.elements.every((element) => element.isTypeOnly);
}

/** Groups of files of which each can be reached from each other. */
function circlesOf(imports: readonly Import[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  for (const { file, target } of imports) next.set(file, [...(next.get(file) ?? []), target]);
  const reachable = new Map([...next.keys()].map((file) => [file, reachableFrom(file, next)]));
  const circles = new Map<string, readonly string[]>();
  for (const [file, others] of reachable) {
    const circle = [...others].filter((other) => reachable.get(other)?.has(file) === true).sort();
    if (circle.length > 0) circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

function reachableFrom(start: string, next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set(next.get(start));
  // A set is walked in the order of insertion, and sees what is added on the way.
  for (const file of found) for (const target of next.get(file) ?? []) found.add(target);
  return found;
}
