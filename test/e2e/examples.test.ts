import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Child, kernelTest, PROJECT_DIR, runTsbt, TracingChild } from "../support/index.js";
import { CPU, SYSCALLS } from "./examples/cpu.js";
import { DEVICES } from "./examples/devices.js";
import { FILES } from "./examples/files.js";
import { LOCKS, MEMORY } from "./examples/memory.js";
import { NETWORK } from "./examples/network.js";
import { PROCESSES } from "./examples/processes.js";
import type { Row } from "./examples/row.js";

const EXAMPLES_DIR = join(PROJECT_DIR, "examples");

const ROWS: readonly Row[] = [...PROCESSES, ...FILES, ...CPU, ...SYSCALLS, ...MEMORY, ...LOCKS, ...DEVICES, ...NETWORK];

/** Examples whose programs the tracer runs itself. */
const TRIALS: readonly (Pick<Row, "file" | "stdout"> & { readonly option: string })[] = [
  { file: "powers-of-two.bt", option: "--test", stdout: [/ 2 tests ran\./, /PASSED.* 2 tests\./] },
  {
    file: "cost-of-maps.bt",
    option: "--bench",
    stdout: ["nothing", "count", "count-by-cpu", "add-one", "histogram", "start-and-stop", "print"].map(
      (name) => new RegExp(`^${name} +\\d+ +\\d+$`, "m"),
    ),
  },
];

/** What the comment at the head of each example says, in this order. */
const HEADINGS = ["Question", "Method", "Cost", "Output"];

describe("every example runs, and prints what it says", () => {
  for (const row of ROWS) {
    const needs = [...(row.isWide === true ? (["own-machine"] as const) : []), ...(row.needs ?? [])];
    kernelTest(row.file, { needs, timeoutMs: 40_000 }, () => runExample(row));
  }

  for (const { file, option, stdout } of TRIALS) {
    kernelTest(file, { timeoutMs: 40_000 }, async () => {
      const result = await runTsbt([option, join(EXAMPLES_DIR, file)]);
      expect(result).toMatchObject({ stderr: "", status: 0 });
      for (const pattern of stdout) expect(result.stdout).toMatch(pattern);
    });
  }

  const files = readdirSync(EXAMPLES_DIR).filter((name) => name.endsWith(".bt"));

  test("no example is left out", () => {
    expect([...ROWS, ...TRIALS].map((row) => row.file).sort()).toEqual(files.sort());
  });

  test("each says what it answers, how, at what cost, and how to run it", () => {
    for (const file of files) {
      const text = readFileSync(join(EXAMPLES_DIR, file), "utf8");
      const head = /^#!\/usr\/bin\/env tsbt\n\/\*\n([^]*?)\n \*\/\n/.exec(text)?.[1] ?? "";
      expect(
        [...head.matchAll(/^ \* (\w+): +\S/gm)].map(([, word]) => word),
        file,
      ).toEqual(HEADINGS);
      expect(head, file).toMatch(new RegExp(`^ \\*     tsbt .*examples/${file.replace(".", "\\.")}( |$)`, "m"));
    }
  });
});

/** The shell waits until the probes are attached. What an example says after an interruption is read, too. */
async function runExample(row: Row): Promise<void> {
  const { file, commands, stdout, printed, args = [], isWide = false } = row;
  const options = { input: "open", env: { NODE: process.execPath }, timeoutMs: 30_000 } as const;
  const shell = new Child("/bin/sh", ["-c", `read go; ${commands}`], options);
  const filter = isWide ? [] : ["-p", String(shell.pid)];
  const tsbt = new TracingChild([...filter, join(EXAMPLES_DIR, file), ...args], { timeoutMs: 30_000 });
  await tsbt.attached();
  shell.write("go\n");
  await shell.finished;
  if (printed !== undefined) await tsbt.printed(printed);
  // The end of the process that it looks at ends the trace.
  const result = await (isWide ? tsbt.interrupt() : tsbt.finished);
  expect(result.stderr.replace(/^Attached \d+ probes?\n/m, "")).toBe("");
  expect(result.status).toBe(0);
  for (const pattern of stdout) expect(result.stdout).toMatch(pattern);
}
