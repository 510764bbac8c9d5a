/** The program's text, from where the command line says. */
import { readFileSync } from "node:fs";
import { bytePath } from "../files/byte-path.js";
import { type SourceFile } from "../../grammar/index.js";
import { isSystemCallFailure, reasonOf as reasonOfFailure } from "../kernel/system-error.js";
import { failure } from "./exit-error.js";
import type { ProgramInput } from "./settings.js";

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
    throw failure(`failed to open file '${path}': ${reasonOf(error)}`);
  }
}

/** Why a call failed. */
export const reasonOf = (error: unknown): string =>
  isSystemCallFailure(error) ? reasonOfFailure(error) : String(error);
