/** What a terminal shows while the prompt's program is still being loaded; keys that come meanwhile wait for it. */
import { isatty, ReadStream } from "node:tty";
import type { Environment } from "../core/index.js";
import { Writer } from "../output/index.js";

export const PROMPT = "tsbt> ";

const GREETING = "tsbt: probes and expressions of the bpftrace language; :help, Tab, Ctrl-D\n";

export interface Greeted {
  /** The terminal, which gives out keys as they are pressed; undefined: it can nothing but show text, and gives out lines. */
  readonly input: ReadStream | undefined;
  readonly color: boolean;
}

export interface GreetRequest {
  readonly environment: Environment;
  readonly pid: number | undefined;
  /** The text is there already. */
  readonly isGreeted: boolean;
}

/** @returns undefined: this is no terminal, and nothing was said */
export function greet({ environment, pid, isGreeted }: GreetRequest): Greeted | undefined {
  if (!isatty(0) || !isatty(1)) return undefined;
  const input = environment.get("TERM") === "dumb" ? undefined : new ReadStream(0);
  input?.setRawMode(true);
  const color = input !== undefined && (environment.get("NO_COLOR") ?? "") === "";
  const about = pid === undefined ? "" : `Probes are for process ${pid} alone.\n`;
  if (!isGreeted) new Writer(1, "none").write(GREETING + about + PROMPT);
  return { input, color };
}
