/** `--fmt`: the program in canonical form. It is parsed and nothing more, so that anyone may do it. */
import { renameSync, writeFileSync } from "node:fs";
import { type Comment, DiagnosticBag, parse, type SourceFile } from "../../grammar/index.js";
import { format } from "../../grammar/format/index.js";
import { bytePath } from "../files/byte-path.js";
import type { Console } from "./console.js";
import { failure } from "./exit-error.js";
import { reasonOf } from "./read-program.js";

/** @returns the exit status */
export function formatSource(source: SourceFile, outputFile: string | undefined, console: Console): number {
  const bag = new DiagnosticBag();
  const comments: Comment[] = [];
  const program = parse(source, bag, comments);
  console.diagnostics(bag.all);
  if (bag.hasErrors) return 1;
  const text = format(program, comments);
  if (outputFile === undefined) console.out(text);
  else replaceFile(outputFile, text);
  return 0;
}

/** Whoever reads the file meanwhile sees the old one or the new one. */
function replaceFile(path: string, text: string): void {
  const temporary = bytePath(`${path}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text, "latin1");
    renameSync(temporary, bytePath(path));
  } catch (error) {
    throw failure(`Failed to open output file: "${path}": ${reasonOf(error)}`);
  }
}
