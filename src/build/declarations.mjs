#!/usr/bin/env node
/**
 * Makes the package's declarations, types/, before it is packed: of the files that its entries name, and no others. Each file is
 * translated by itself, so nothing of the rest is in them. There are two copies, because the type checker wants to know of
 * which kind a module is.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = resolve(process.argv[2] ?? join(ROOT, "types"));
const ENTRIES = ["src/api/index.ts", "src/api/vitest.ts"];

rmSync(TYPES, { recursive: true, force: true });
const found = new Set(ENTRIES);
for (const file of found) {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(join(ROOT, file), "utf8"), {
    fileName: file,
    compilerOptions: { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  for (const { messageText } of diagnostics)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles)
    found.add(normalize(join(dirname(file), fileName)).replace(/\.js$/, ".ts"));
  for (const kind of ["module", "commonjs"]) write(join(TYPES, kind, file.replace(/\.ts$/, ".d.ts")), outputText);
}
for (const kind of ["module", "commonjs"])
  write(join(TYPES, kind, "package.json"), `${JSON.stringify({ type: kind })}\n`);

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
