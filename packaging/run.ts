import { spawn, spawnSync, type SpawnOptions, type SpawnSyncOptions } from "node:child_process";
import { availableParallelism } from "node:os";

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

const free: (() => void)[] = [];
let running = 0;

/** As {@link run}, and as many at a time as there are processors: compilers and compressors take one each. */
export async function runBeside(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "env"> = {},
): Promise<void> {
  if (running < availableParallelism()) running++;
  else await new Promise<void>((resolve) => free.push(resolve));
  try {
    await outcome(command, args, options);
  } finally {
    const next = free.shift();
    if (next === undefined) running--;
    else next();
  }
}

function outcome(command: string, args: readonly string[], options: Pick<SpawnOptions, "env">): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`${command} ${args.join(" ")}: ${signal ?? `status ${status}`}\n${said}`));
    });
  });
}

/** Whether a command can be run. */
export function hasCommand(command: string): boolean {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).error === undefined;
}
