/** The prompt has a bundle of its own, so that nobody else waits for it. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Surroundings } from "./surroundings.js";

interface ReplBundle {
  runRepl(surroundings: Surroundings, bundle: string, pid: number | undefined): Promise<number>;
}

/**
 * @param pid - the process that all probes are about
 * @returns the exit status
 */
export function startRepl(surroundings: Surroundings, pid: number | undefined): Promise<number> {
  const [, own = ""] = process.argv;
  const bundle = join(dirname(own), "repl.cjs");
  const { runRepl } = createRequire(own)(bundle) as ReplBundle;
  return runRepl(surroundings, bundle, pid);
}
