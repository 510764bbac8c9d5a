import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Outcome, testName } from "../rig/outcome.js";
import { PROJECT_DIR } from "../support/project.js";
import { guestEnvironment } from "./guest-environment.js";
import { parseReport } from "./guest/report.js";
import { type KernelImage, kernelImage } from "./kernel-image.js";
import type { Kernel } from "./kernels.js";
import { runInMachine, type Tools } from "./machine.js";
import { bundleSuite } from "./suite-bundle.js";

/** An emulated machine uses one processor of ours, so two of them need little longer than one. */
const MACHINES = Math.min(2, availableParallelism());
/** A quarter of an hour is what it takes on a machine that does nothing else. */
const TIMEOUT_MS = 55 * 60_000;

/** Of a run: too long for the environment. The machines see the project's files. */
const leftOutFile = ({ version }: Kernel): string =>
  join(PROJECT_DIR, `.cache/matrix/left-out-${version}-${process.pid}.json`);

/**
 * The start-up snapshot of this machine does not fit the guest's processor. Making one there takes 10 s,
 * after which every start of tsbt takes 0.5 s in place of 4 s.
 */
const GUEST_SCRIPT = '"$0" src/build/build.mjs snapshot && exec "$0" "$1"';

export interface SuiteResult {
  readonly outcomes: readonly Outcome[];
  /** Seconds of each test, the slowest first. */
  readonly durations: readonly (readonly [test: string, seconds: number])[];
}

/**
 * Runs the tests of test/native, test/kernel and test/e2e under a kernel.
 *
 * @param leftOut tests that are not to be run, as `testName` names them
 */
export async function runSuiteUnder(kernel: Kernel, tools: Tools, leftOut: readonly string[]): Promise<SuiteResult> {
  const image = kernelImage(kernel);
  const suite = await bundleSuite();
  const leftOutIn = leftOutFile(kernel);
  writeFileSync(leftOutIn, JSON.stringify(leftOut));
  const shares = Array.from({ length: MACHINES }, (_, index) => ({
    TSBT_MATRIX_SHARE: `${index}/${MACHINES}`,
    TSBT_MATRIX_LEFT_OUT: leftOutIn,
  }));
  const results = await Promise.all(shares.map((share) => runShare(share, suite, kernel, image, tools))).finally(() =>
    rmSync(leftOutIn),
  );
  return {
    outcomes: results.flatMap((result) => result.outcomes),
    durations: results.flatMap((result) => result.durations).sort(([, a], [, b]) => b - a),
  };
}

async function runShare(
  share: Readonly<Record<string, string>>,
  suite: string,
  kernel: Kernel,
  image: KernelImage,
  tools: Tools,
): Promise<SuiteResult> {
  const listener = new Listener();
  const result = await runInMachine({
    image,
    tools,
    job: {
      command: ["sh", "-c", GUEST_SCRIPT, process.execPath, suite],
      cwd: PROJECT_DIR,
      env: { ...guestEnvironment(kernel.version), ...share },
    },
    timeoutMs: TIMEOUT_MS,
    onOutput: (stream, data) => listener.take(stream, data.toString("latin1")),
  });
  if (result.kind === "lost") listener.fail(`${result.reason}; the console's end:\n${result.console}`, kernel);
  else if (result.status !== 0) listener.fail(`the suite ended with status ${result.status}`, kernel);
  return listener;
}

/** Follows what a suite says of itself. */
class Listener implements SuiteResult {
  readonly outcomes: Outcome[] = [];
  readonly durations: [test: string, seconds: number][] = [];
  private pending = "";
  private stderr = "";
  private running = "no test";
  private file = "";
  private readonly begin = Date.now();

  take(stream: "stdout" | "stderr", text: string): void {
    if (stream === "stderr") {
      this.stderr = (this.stderr + text).slice(-4000);
      return;
    }
    const lines = (this.pending + text).split("\n");
    this.pending = lines.pop() ?? "";
    for (const line of lines) this.takeLine(Buffer.from(line, "latin1").toString("utf8"));
  }

  /** The machine or the suite itself failed. */
  fail(reason: string, kernel: Kernel): void {
    const claim = `Linux ${kernel.version} runs the suite to its end`;
    const outcome: Outcome = {
      file: "test/matrix",
      claim,
      state: "failed",
      reason: `${reason}\nrunning: ${this.running}\n${this.stderr}`,
    };
    this.tell(outcome);
    this.outcomes.push(outcome);
  }

  /** How far it has come, and each failure at once: whoever ends a run that takes too long has seen why. */
  private tell({ file, claim, state, reason = "" }: Outcome): void {
    if (file !== this.file) {
      console.log(`${((Date.now() - this.begin) / 1000).toFixed(0).padStart(6)} s  ${file}`);
      this.file = file;
    }
    if (state === "failed") console.log(`\nFAILED ${file} > ${claim}\n${reason}\n`);
  }

  private takeLine(line: string): void {
    const report = parseReport(line);
    if (report?.kind === "begin") this.running = report.test;
    if (report?.kind !== "end") return;
    this.tell(report.outcome);
    this.outcomes.push(report.outcome);
    this.durations.push([testName(report.outcome), report.seconds]);
    this.running = "no test";
  }
}
