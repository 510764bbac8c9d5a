/** The prompt has a bundle of its own, so that nobody else waits for it. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { greet, type Greeted } from "./greeting.js";
import type { Surroundings } from "./surroundings.js";

export type RunRepl = (request: {
  readonly surroundings: Surroundings;
  readonly bundle: string;
  readonly pid: number | undefined;
  readonly greeted: Greeted | undefined;
}) => Promise<number>;

interface ReplBundle {
  readonly runRepl: RunRepl;
}

/**
 * @param pid - the process that all probes are about
 * @returns the exit status
 */
export async function startRepl(surroundings: Surroundings, pid: number | undefined): Promise<number> {
  const [, own = ""] = process.argv;
  const bundle = join(dirname(own), "repl.cjs");
  const greeted = greet(surroundings.environment, pid);
  try {
    const { runRepl } = createRequire(own)(bundle) as ReplBundle;
    return await runRepl({ surroundings, bundle, pid, greeted });
  } catch (error) {
    greeted?.input.setRawMode(false);
    throw error;
  }
}
