/** `-f json`: a record for each test and benchmark. */
import { jsonObject, jsonString } from "./json.js";
import type { BenchmarkResult, TestResult, TrialOutput } from "./trial-output.js";
import type { Sink } from "./writer.js";

export class TrialJson implements TrialOutput {
  readonly #out: Sink;

  constructor(out: Sink) {
    this.#out = out;
  }

  testsBegin(): void {}
  testBegins(): void {}
  testsEnded(): void {}
  benchmarksBegin(): void {}

  testEnded({ name, hasPassed, ns, text }: TestResult): void {
    this.#record("test_result", name, [
      ["duration", ns.toString()],
      ["passed", hasPassed.toString()],
      ["output", jsonString(text)],
    ]);
  }

  benchmarkEnded({ name, ns, runs }: BenchmarkResult): void {
    this.#record("benchmark_result", name, [
      ["average", ns.toString()],
      ["iters", runs.toString()],
    ]);
  }

  #record(type: string, name: string, members: readonly (readonly [key: string, value: string])[]): void {
    const data = jsonObject([[name, jsonObject(members)]]);
    this.#out.write(
      `${jsonObject([
        ["type", jsonString(type)],
        ["data", data],
      ])}\n`,
    );
    this.#out.flush();
  }
}
