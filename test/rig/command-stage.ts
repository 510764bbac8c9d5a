import { spawn } from "node:child_process";
import type { Stage } from "./stage.js";

/** A stage that is one command: it passes when the command does. The command's output is shown. */
export function commandStage(name: string, what: string, claim: string, command: readonly string[]): Stage {
  const run: Stage["run"] = async () => {
    const status = await runCommand(command);
    if (status === 0) return [{ file: name, claim, state: "passed" }];
    return [{ file: name, claim, state: "failed", reason: `${command.join(" ")} ended with status ${status}` }];
  };
  return { name, what, run };
}

/** Runs a command with the terminal for its output. @returns its exit status */
export function runCommand(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number | null> {
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
    child.once("error", reject);
    child.once("exit", resolve);
  });
}
