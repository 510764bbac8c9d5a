/** Definitions in C, taken as raw text for `grammar/c`. */
import type { CDefinition } from "../ast.js";
import { span, type SourceFile } from "../source.js";
import { SyntaxFailure } from "./failure.js";
import { spot } from "./base.js";
import { LCurly } from "../tokens.js";
import type { Scanner } from "./scanner.js";

/** A `#` line. There are no continuation lines. */
export function readDirective(scanner: Scanner, file: SourceFile): CDefinition {
  const start = scanner.at;
  scanner.at = scanner.lineEnd(start);
  return definition(file, start, scanner.at, "");
}

/** Whether what starts with a tag has a body: `struct name;` is no definition. */
export function startsTypeDefinition(scanner: Scanner): boolean {
  const start = scanner.at;
  scanner.next();
  skipName(scanner);
  const { tokenType } = scanner.next();
  scanner.at = start;
  return tokenType === LCurly;
}

/** `struct name { … } __attribute__((…));` and the same for unions and enums. The text always ends in `;`. */
export function readTypeDefinition(scanner: Scanner, file: SourceFile): CDefinition {
  const start = scanner.at;
  scanner.next();
  skipName(scanner);
  if (!scanner.skipBraces()) throw expected("'}'", scanner, file);
  let end = scanner.at;
  for (scanner.skipLayout(); scanner.peekWord() === "__attribute__"; scanner.skipLayout()) {
    skipAttribute(scanner, file);
    end = scanner.at;
  }
  const hasSemicolon = scanner.text.charAt(scanner.at) === ";";
  if (hasSemicolon) end = ++scanner.at;
  return definition(file, start, end, hasSemicolon ? "" : ";");
}

const definition = (file: SourceFile, start: number, end: number, terminator: string): CDefinition => ({
  kind: "c-definition",
  span: span(file, start, end),
  text: file.text.slice(start, end) + terminator,
});

function skipName(scanner: Scanner): void {
  scanner.skipLayout();
  scanner.at += scanner.peekWord().length;
}

function skipAttribute(scanner: Scanner, file: SourceFile): void {
  scanner.at += "__attribute__".length;
  scanner.skipLayout();
  if (!scanner.text.startsWith("((", scanner.at)) {
    throw new SyntaxFailure("syntax-attribute", spot(file, scanner.next()), {});
  }
  if (!scanner.skipBalanced("(", ")")) throw expected("')'", scanner, file);
}

const expected = (what: string, scanner: Scanner, file: SourceFile): SyntaxFailure =>
  new SyntaxFailure("syntax-expected", spot(file, scanner.next()), { what });
