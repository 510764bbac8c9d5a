import { type ChildProcess, spawn } from "node:child_process";
import type { Stage } from "./stage.js";

/** A stage that is one command: it passes when the command does. The command's output is shown. */
export function commandStage(name: string, what: string, claim: string, command: readonly string[]): Stage {
  const run: Stage["run"] = async () => {
    const status = await runCommand(command);
    if (status === 0) return [{ file: name, claim, state: "passed" }];
    return [{ file: name, claim, state: "failed", reason: `${command.join(" ")} ended with ${status}` }];
  };
  return { name, what, run };
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** After which it is killed, with the processes of its group. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command with the terminal for its output.
 * @returns its exit status, or the signal that ended it
 */
export function runCommand(command: readonly string[], options: RunOptions = {}): Promise<number | string> {
  const [file = "", ...args] = command;
  const { env = {}, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    // A group of its own only where it may have to be killed: Ctrl-C reaches the terminal's group alone.
    const child = spawn(file, args, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
      detached: timeoutMs !== undefined,
    });
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => killGroup(child), timeoutMs);
    const onInterrupt = (): void => {
      killGroup(child);
      process.exit(130);
    };
    if (timeoutMs !== undefined) process.once("SIGINT", onInterrupt);
    child.once("error", reject);
    child.once("exit", (status, signal) => {
      clearTimeout(timer);
      process.off("SIGINT", onInterrupt);
      resolve(status ?? signal ?? "no status");
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}
