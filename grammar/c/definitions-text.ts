/** The C definitions of a script as one text, in the lines and columns that messages name (language.md 4.1). */
import type { CDefinition } from "../ast.js";
import type { SourceFile } from "../source.js";

export const DEFINITIONS_NAME = "definitions.h";

/** The first line is where the kernel's types would be included. */
export function definitionsText(definitions: readonly CDefinition[]): SourceFile {
  return { name: DEFINITIONS_NAME, text: `\n${definitions.map(({ text }) => `${text}\n`).join("")}` };
}
