/** What `--test` and `--bench` print of what they run; one implementation for each format (`-f`). */

export interface TestResult {
  readonly name: string;
  readonly hasPassed: boolean;
  readonly ns: bigint;
  /** What it printed. */
  readonly text: string;
}

export interface BenchmarkResult {
  readonly name: string;
  /** Of one run, on average. */
  readonly ns: number;
  readonly runs: number;
}

export interface TrialOutput {
  testsBegin(count: number): void;
  testBegins(name: string): void;
  testEnded(result: TestResult): void;
  testsEnded(results: readonly TestResult[]): void;

  benchmarksBegin(names: readonly string[]): void;
  benchmarkEnded(result: BenchmarkResult): void;
}
