/** The process that is traced: one that is there, or one that is started for it. */
import type { Host, Target } from "../core/index.js";
import { toBytes } from "../files/own-files.js";
import type { LiveFacts } from "../kernel/live.js";
import { type ExitStatus, native } from "../kernel/native.js";
import { isSystemCallFailure, reasonOf } from "../kernel/system-error.js";
import { childProcess, existingProcess } from "../runtime/traced-process.js";
import { executablePaths } from "../symbols/index.js";
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
    const process = existingProcess(pid, native().pidfdOpen(pid), native());
    return { process, isChild: false, commandEnded: undefined };
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
  const [path] = executablePaths(name, { arch: facts.arch, pid: undefined, searchPath, acceptsAnyFile: false });
  if (path === undefined) throw new TsbtError("process", `${name} does not exist, or is no program`);
  try {
    const child = native().spawnStopped({
      path,
      argv: words,
      ...host.inherited,
      stopAtExec: false,
    });
    let ended = (_: ExitStatus): void => {};
    const commandEnded = new Promise<CommandEnd>((resolve) => {
      ended = ({ code, signal }) => resolve({ code, signal });
    });
    return { process: childProcess(child, ended), isChild: true, commandEnded };
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new TsbtError("process", `${name} cannot be started: ${reasonOf(error)}`, { cause: error });
  }
}
