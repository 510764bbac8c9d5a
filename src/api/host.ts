/** The process that a program of somebody else's runs in, as the core wants to know it. */
import { Environment, type Host, watchOwnProcess } from "../core/index.js";
import { ownEnvironment, toBytes } from "../files/index.js";
import { native } from "../kernel/index.js";
import type { ScriptOptions } from "./types.js";

/** So many threads close what takes the kernel a while. */
const CLOSING_THREADS = 4;

/** What a program has asked for, and nothing else. */
export const environmentOf = ({ env = {} }: ScriptOptions): Environment => new Environment(entriesOf(env));

const entriesOf = (env: NonNullable<ScriptOptions["env"]>): readonly string[] =>
  Object.entries(env).map(([name, value]) => toBytes(`${name}=${value}`));

/** `BPFTRACE_…` variables of the process's own environment do not count. */
export function hostOf({ env: given = {} }: ScriptOptions): Host {
  const env = ownEnvironment();
  const own = env.filter((entry) => !entry.startsWith("BPFTRACE_"));
  return {
    environment: new Environment([...entriesOf(given), ...own]),
    inherited: { env },
    machine: process.arch,
    standardOutput: undefined,
    signals: process,
    stayAwake: () => watchOwnProcess(process.pid),
    // A child that holds them, as the command leaves one behind, is for a process that ends.
    letGo: (fds) => void native().closeMany(fds, CLOSING_THREADS),
  };
}
