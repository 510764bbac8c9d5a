/** What a command costs from its start to its end. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { compile } from "../compile.mjs";
import { environment } from "../environment.mjs";

let measure;

export const wholeRun = {
  metrics: [
    { name: "wall", unit: "ms", scale: 1000 },
    { name: "CPU", unit: "ms", scale: 1000 },
    { name: "peak memory", unit: "MiB", scale: 1024 },
  ],
  baseline: [process.execPath, "-e", "0"],
  async cost(command, { accepts = (status) => status === 0 } = {}) {
    measure ??= compile("whole-run", readFileSync(new URL("whole-run.c", import.meta.url), "utf8"));
    const { stdout } = await promisify(execFile)(measure, command, { env: environment });
    const [wall, cpu, memory, status] = stdout.split(" ").map(Number);
    if (!accepts(status, command)) throw new Error(`${command.join(" ")} ended with status ${status}`);
    return [wall, cpu, memory];
  },
};
