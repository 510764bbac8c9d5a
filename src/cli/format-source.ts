/** `--fmt`: the program in canonical form. It is parsed and nothing more, so that anyone may do it. */
import { type Comment, DiagnosticBag, parse, type SourceFile } from "../../grammar/index.js";
import { format } from "../../grammar/format/index.js";
import type { Console } from "./console.js";
import { replaceFile } from "./replace-file.js";

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
