/** Greets, and hands over to the prompt: `src/repl`, which this must not know. */
import { greet, type Greeted } from "./greeting.js";
import type { Surroundings } from "./surroundings.js";

export type RunRepl = (request: {
  readonly surroundings: Surroundings;
  readonly pid: number | undefined;
  /** Undefined: this is no terminal. */
  readonly greeted: Greeted | undefined;
}) => Promise<number>;

export interface ReplRequest {
  readonly surroundings: Surroundings;
  /** The process that all probes are about. */
  readonly pid: number | undefined;
  readonly isGreeted: boolean;
}

/** @returns the exit status */
export async function startRepl({ surroundings, pid, isGreeted }: ReplRequest, runRepl: RunRepl): Promise<number> {
  const greeted = greet({ environment: surroundings.environment, pid, isGreeted });
  try {
    return await runRepl({ surroundings, pid, greeted });
  } catch (error) {
    greeted?.input?.setRawMode(false);
    throw error;
  }
}
