/**
 * Runs a command under another kernel, on this machine's files:
 *
 *     npm run vm -- [--kernel 6.1|6.12|7.2] [--timeout SECONDS] -- COMMAND...
 *
 * What the command writes is forgotten. Its exit status is ours; 124: it took too long, 125: the machine was lost.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_DIR } from "../support/project.js";
import { kernelImage } from "./kernel-image.js";
import { kernelNamed } from "./kernels.js";
import { runInMachine } from "./machine.js";
import { guestEnvironment } from "./guest-environment.js";
import { findTools } from "./tools.js";

/**
 * The start-up snapshots of this machine do not fit the guest's processor, and every start of tsbt would say so. Without
 * them it takes 4 s; for many starts `node src/build/build.mjs snapshot` makes some there, in 10 s.
 */
const GUEST_SCRIPT = `rm -f '${join(PROJECT_DIR, "dist")}'/tsbt-*.blob; exec "$0" "$@"`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kernel: { type: "string", default: "6.12" }, timeout: { type: "string", default: "600" } },
});

const found = findTools();
if ("missing" in found) throw new Error(`not installed: ${found.missing.join(", ")}`);
if (positionals.length === 0) throw new Error("no command");

const kernel = kernelNamed(values.kernel);
const result = await runInMachine({
  image: kernelImage(kernel),
  tools: found.tools,
  job: {
    command: ["sh", "-c", GUEST_SCRIPT, ...positionals],
    cwd: process.env["INIT_CWD"] ?? process.cwd(),
    env: guestEnvironment(kernel.version),
  },
  timeoutMs: Number(values.timeout) * 1000,
  onOutput: (stream, data) => process[stream].write(data),
});
if (result.kind === "lost") process.stderr.write(`${result.console}\nvm: ${result.reason}\n`);
process.exitCode = result.kind === "finished" ? result.status : result.reason.startsWith("not finished") ? 124 : 125;
