import { spawnSync, type SpawnSyncOptions } from "node:child_process";

/** Runs a command; what it says is of interest only when it fails. @returns its output */
export function run(command: string, args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    maxBuffer: 1 << 28,
    ...options,
    encoding: "utf8",
  });
  if (status === 0) return stdout;
  const reason = error?.message ?? signal ?? `status ${status}`;
  throw new Error(`${command} ${args.join(" ")}: ${reason}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error });
}

/** Whether a command can be run. */
export function hasCommand(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}
