/** What a command of the prompt is: one row of a table in the file of what it is about. */
import type { Shell } from "../shell.js";

export interface Command {
  readonly name: string;
  /** As `:help` shows it; empty: there is none. */
  readonly argument: string;
  readonly summary: string;
  /** What Tab offers for the argument. */
  readonly completes?: "probe" | "expression" | "type" | "map" | "name" | "file";
  /** @throws {@link CommandError} */
  readonly run: (shell: Shell, argument: string) => void | Promise<void>;
}

/** Cannot be done: said in one line. A byte string. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** The argument, or what is missing. */
export function required(argument: string, what: string): string {
  if (argument === "") throw new CommandError(`${what} is missing`);
  return argument;
}
