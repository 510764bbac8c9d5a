/** The program's text, from where the command line says. */
import { readdirSync, readFileSync } from "node:fs";
import { bytePath } from "../files/index.js";
import { didYouMean, type SourceFile } from "../../grammar/index.js";
import { isSystemCallFailure, reasonOf as reasonOfFailure } from "../kernel/index.js";
import { failure } from "./exit-error.js";
import { OPTIONS } from "./options.js";
import type { ProgramInput } from "./settings.js";
import { SUBCOMMANDS } from "./subcommands.js";

const STDIN_FD = 0;

export function readProgram(input: ProgramInput): SourceFile {
  switch (input.kind) {
    case "text":
      return { name: "stdin", text: input.text };
    case "stdin":
      return { name: "stdin", text: readFileSync(STDIN_FD, "latin1") };
    case "file":
      return { name: input.path, text: readFile(input.path) };
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(bytePath(path), "latin1");
  } catch (error) {
    throw failure(`failed to open file '${path}': ${reasonOf(error)}`, 1, scriptHints(path));
  }
}

/** A program in place of a file's name, an option without its dashes, or a name that is almost that of a file or a subcommand. */
function scriptHints(path: string): readonly string[] {
  if (/[{}\s]/.test(path) && path.includes("{")) return ["A program as text follows `-e`."];
  if (OPTIONS.some(({ long }) => long === path)) return [`Did you mean \`--${path}\`?`];
  const slash = path.lastIndexOf("/") + 1;
  const directory = path.slice(0, slash);
  try {
    const names = readdirSync(bytePath(directory === "" ? "." : directory), "latin1");
    const subcommands = slash === 0 ? SUBCOMMANDS : [];
    return didYouMean(path.slice(slash), [...names, ...subcommands], (name) => directory + name);
  } catch {
    // What cannot be listed has nothing to suggest.
    return [];
  }
}

/** Why a call failed. */
export const reasonOf = (error: unknown): string =>
  isSystemCallFailure(error) ? reasonOfFailure(error) : String(error);
