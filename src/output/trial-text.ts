/** `-f text`: tests as googletest prints them, in colour wherever they are printed (as bpftrace does) unless `BPFTRACE_COLOR=never`, and benchmarks as a table. */
import type { BenchmarkResult, TestResult, TrialOutput } from "./trial-output.js";
import type { Sink } from "./writer.js";

const MIN_NAME_COLUMNS = 40;
const TIME_COLUMNS = 15;
const RUNS_HEADING = "Iterations";

export class TrialText implements TrialOutput {
  readonly #out: Sink;
  readonly #hasColor: boolean;
  #nameColumns = 0;
  #hasHeading = false;

  constructor(out: Sink, hasColor: boolean) {
    this.#out = out;
    this.#hasColor = hasColor;
  }

  testsBegin(count: number): void {
    this.#line(good("[==========]"), `Running ${count} tests.`);
  }

  testBegins(name: string): void {
    this.#line(good("[ RUN      ]"), name);
  }

  testEnded({ name, hasPassed, ns, text }: TestResult): void {
    if (!hasPassed && text !== "") this.#out.write(text.endsWith("\n") ? text : `${text}\n`);
    this.#line(hasPassed ? good("[       OK ]") : bad("[  FAILED  ]"), `${name} (${durationText(ns)})`);
  }

  testsEnded(results: readonly TestResult[]): void {
    const failed = results.filter(({ hasPassed }) => !hasPassed);
    this.#line(good("[==========]"), `${countText(results.length)} ran.`);
    this.#line(good("[  PASSED  ]"), `${countText(results.length - failed.length)}.`);
    if (failed.length === 0) return;
    this.#line(bad("[  FAILED  ]"), `${countText(failed.length)}, listed below:`);
    for (const { name } of failed) this.#line(bad("[  FAILED  ]"), name);
  }

  benchmarksBegin(names: readonly string[]): void {
    this.#nameColumns = Math.max(MIN_NAME_COLUMNS, ...names.map((name) => name.length)) + 1;
  }

  benchmarkEnded({ name, ns, runs }: BenchmarkResult): void {
    if (!this.#hasHeading) {
      this.#row("Benchmark", "Time(ns)", RUNS_HEADING);
      this.#out.write(`${"-".repeat(this.#nameColumns + TIME_COLUMNS + RUNS_HEADING.length)}\n`);
      this.#hasHeading = true;
    }
    this.#row(name, ns.toString(), runs.toString());
    this.#out.flush();
  }

  #row(name: string, time: string, runs: string): void {
    this.#out.write(name.padEnd(this.#nameColumns) + time.padEnd(TIME_COLUMNS) + `${runs}\n`);
  }

  #line(mark: string, text: string): void {
    this.#out.write(`${this.#hasColor ? mark : mark.replaceAll(/\x1b\[\d+m/g, "")} ${text}\n`);
    this.#out.flush();
  }
}

const good = (mark: string): string => `\x1b[32m${mark}\x1b[0m`;
const bad = (mark: string): string => `\x1b[31m${mark}\x1b[0m`;

const countText = (count: number): string => `${count} test${count === 1 ? "" : "s"}`;

/** In the largest unit of which there is one; byte strings, like all text. */
function durationText(ns: bigint): string {
  const [unit, scale] = UNITS.find(([, scale]) => ns >= scale) ?? ["ns", 1n];
  return `${ns / scale} ${unit}`;
}

const UNITS: readonly (readonly [unit: string, ns: bigint])[] = [
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["\xce\xbcs", 1000n],
];
