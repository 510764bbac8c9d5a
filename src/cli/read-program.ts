/** The program's text, from where the command line says. */
import { readFileSync } from "node:fs";
import { bytePath } from "../files/byte-path.js";
import { type SourceFile } from "../../grammar/index.js";
import { strerror } from "../output/strerror.js";
import { isSystemCallFailure } from "../kernel/system-error.js";
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

/** As the C library names the error of a failed call. Node's numbers are negative. */
export function reasonOf(error: unknown): string {
  return isSystemCallFailure(error) ? strerror(Math.abs(error.errno)) : String(error);
}
