/** The process that is traced: one that is there, or one that is started for it. */
import { type Host, processOf, programsNamed, startProgram, type Target } from "../core/index.js";
import { toBytes } from "../files/index.js";
import { type ExitStatus, isSystemCallFailure, type LiveFacts, reasonOf } from "../kernel/index.js";
import { TsbtError } from "./error.js";
import type { CommandEnd, TraceOptions } from "./types.js";

export interface ApiTarget extends Target {
  /** Of a command: how it has ended. */
  readonly commandEnded: Promise<CommandEnd> | undefined;
}

export function targetOf({ pid, command }: TraceOptions, facts: LiveFacts, host: Host): ApiTarget | undefined {
  if (pid !== undefined) return existing(pid);
  return command === undefined ? undefined : started(command, facts, host);
}

function existing(pid: number): ApiTarget {
  try {
    return { process: processOf(pid), isChild: false, commandEnded: undefined };
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new TsbtError("process", `There is no process ${pid} to trace: ${reasonOf(error)}`, { cause: error });
  }
}

/** It waits until everything is attached. */
function started(command: string | readonly string[], facts: LiveFacts, host: Host): ApiTarget {
  const words = (typeof command === "string" ? command.split(" ") : command).map(toBytes);
  const name = words[0] ?? "";
  const searchPath = host.environment.get("PATH");
  const [path, ...others] = programsNamed(name, { arch: facts.arch, searchPath });
  if (path === undefined) throw new TsbtError("process", `${name} does not exist, or is no program`);
  if (others.length > 0 && name.includes("*"))
    throw new TsbtError("process", `${name} stands for ${others.length + 1} programs`);
  try {
    let ended = (_: ExitStatus): void => {};
    const commandEnded = new Promise<CommandEnd>((resolve) => {
      ended = ({ code, signal }) => resolve({ code, signal });
    });
    const process = startProgram(path, words, { inherited: host.inherited, onExit: ended });
    return { process, isChild: true, commandEnded };
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new TsbtError("process", `${name} cannot be started: ${reasonOf(error)}`, { cause: error });
  }
}
