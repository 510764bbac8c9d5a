/** `-p` and `-c`: the process that is traced, found or made before the script is compiled. */
import { parseIntegerText } from "../../grammar/index.js";
import type { Architecture } from "../../codegen/facts.js";
import { processOf, programsNamed, startProgram } from "../core/index.js";
import { type ExitStatus, isSystemCallFailure, SystemError } from "../kernel/index.js";
import type { TracedProcess } from "../runtime/index.js";
import { strerror } from "../output/index.js";
import { ExitError, failure } from "./exit-error.js";
import type { Console } from "./console.js";
import type { Settings } from "./settings.js";
import type { Surroundings } from "./surroundings.js";

const MAX_PID = 4_194_304n;

export interface TargetOptions {
  readonly settings: Settings;
  readonly surroundings: Surroundings;
  readonly arch: Architecture;
  readonly console: Console;
}

export function openTarget(options: TargetOptions): TracedProcess | undefined {
  const { pid, command } = options.settings;
  if (pid !== undefined) return openPid(pid);
  return command === undefined ? undefined : startCommand(command, options);
}

/** The number of a process, as an option has it. */
export function readPid(text: string): number {
  const pid = parseIntegerText(text);
  if (typeof pid !== "bigint") throw failure(`Failed to parse pid: ${pid.error}`);
  if (pid > MAX_PID) throw failure(`Pid out of range: ${pid}`);
  return Number(pid);
}

/** The process of `-p`. */
export function openPid(text: string): TracedProcess {
  const pid = readPid(text);
  try {
    return processOf(pid);
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw failure(`Failed to attach to pid: Unable to open pidfd (${strerror(error.errno)})`);
  }
}

function startCommand(command: string, { settings, surroundings, arch, console }: TargetOptions): TracedProcess {
  const { environment, inherited } = surroundings;
  const argv = command.split(" ");
  const name = argv[0] ?? "";
  const [path, ...others] = programsNamed(name, { arch, searchPath: environment.get("PATH") });
  if (path === undefined) {
    throw failure(
      `Failed to fork child: Path '${name}' does not exist or is not executable (No such file or directory)`,
    );
  }
  if (others.length > 0 && name.includes("*")) {
    throw failure(
      `Failed to fork child: Path '${name}' must refer to a unique binary but matched ${others.length + 1} binaries`,
    );
  }
  const onExit = ({ code, signal }: ExitStatus): void => {
    if (!settings.isVerbose) return;
    console.err(code === undefined ? `Child terminated by signal: ${signal}\n` : `Child exited with code: ${code}\n`);
  };
  const target = startProgram(path, argv, { inherited, onExit });
  const orFail = (begin: () => void) => (): void => {
    try {
      begin();
    } catch (error) {
      if (!isSystemCallFailure(error) || error instanceof SystemError) throw error;
      const why = error.code === "EPIPE" ? "it was ended before it began" : "child: failed to execve";
      throw new ExitError(`ERROR: Failed to run child: ${why}\n`, 255);
    }
  };
  return { ...target, runToEntry: orFail(() => target.runToEntry?.()), release: orFail(() => target.release()) };
}
