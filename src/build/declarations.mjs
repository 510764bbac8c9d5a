#!/usr/bin/env node
/**
 * Makes the package's declarations, types/, before it is packed: of the files that its entries name, and no others. Each file is
 * translated by itself, and names that come by the entry of a folder are taken from where they are defined, so nothing of the rest is in
 * them. There are two copies, because the type checker wants to know of
 * which kind a module is.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = resolve(process.argv[2] ?? join(ROOT, "types"));
const ENTRIES = ["src/api/index.ts", "src/api/vitest.ts"];

rmSync(TYPES, { recursive: true, force: true });
const found = new Set(ENTRIES);
for (const file of found) {
  const { outputText: translated, diagnostics = [] } = ts.transpileDeclaration(readFileSync(join(ROOT, file), "utf8"), {
    fileName: file,
    compilerOptions: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  for (const { messageText } of diagnostics)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  const outputText = withDirectImports(file, translated);
  for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles)
    found.add(targetOf(file, fileName));
  for (const kind of ["module", "commonjs"]) write(join(TYPES, kind, file.replace(/\.ts$/, ".d.ts")), outputText);
}
for (const kind of ["module", "commonjs"])
  write(join(TYPES, kind, "package.json"), `${JSON.stringify({ type: kind })}\n`);

function targetOf(file, specifier) {
  return normalize(join(dirname(file), specifier)).replace(/\.js$/, ".ts");
}

function withDirectImports(file, text) {
  const edits = statementsOf(file, text).flatMap((statement) => directImports(file, statement));
  return edits.reduceRight((all, { start, end, lines }) => all.slice(0, start) + lines + all.slice(end), text);
}

function directImports(file, statement) {
  const elements = namesIn(statement);
  const target = elements === undefined ? "" : targetOf(file, statement.moduleSpecifier.text);
  if (!target.startsWith("src/") || !target.endsWith("/index.ts")) return [];
  const byFile = new Map();
  for (const element of elements) {
    const definedIn = definitionsOf(target).get((element.propertyName ?? element.name).text) ?? target;
    byFile.set(definedIn, [...(byFile.get(definedIn) ?? []), element.getText()]);
  }
  const isOfTypes = statement.isTypeOnly || statement.importClause?.isTypeOnly;
  const keyword = `${ts.isImportDeclaration(statement) ? "import" : "export"}${isOfTypes ? " type" : ""}`;
  const lines = [...byFile].map(([from, names]) => {
    const path = relative(dirname(file), from).replace(/\.ts$/, ".js");
    return `${keyword} { ${names.join(", ")} } from "${path.startsWith(".") ? path : `./${path}`}";`;
  });
  return [{ start: statement.getStart(), end: statement.getEnd(), lines: lines.join("\n") }];
}

/** Names that the entry of a folder hands on, with the files that have them. */
function definitionsOf(index) {
  const exported = statementsOf(index, readFileSync(join(ROOT, index), "utf8")).filter(ts.isExportDeclaration);
  return new Map(
    exported.flatMap((statement) =>
      (namesIn(statement) ?? []).map(({ name }) => [name.text, targetOf(index, statement.moduleSpecifier.text)]),
    ),
  );
}

/** What a statement takes from another file, unless that is all. */
function namesIn(statement) {
  if (ts.isExportDeclaration(statement)) return statement.moduleSpecifier && statement.exportClause?.elements;
  return ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings?.elements : undefined;
}

function statementsOf(file, text) {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
