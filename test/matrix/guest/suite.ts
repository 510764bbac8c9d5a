import { readFileSync } from "node:fs";
import {
  startTests,
  type File,
  type Suite,
  type Task,
  type Test,
  type VitestRunner,
  type VitestRunnerConfig,
} from "@vitest/runner";
import { TIME_FACTOR } from "../../support/time-factor.js";
import { type Outcome, testName } from "../../rig/outcome.js";
import { formatReport, type Report } from "./report.js";

/** Every machine of a run gets the same tests and does its share of them. */
interface Share {
  readonly index: number;
  readonly count: number;
}

/** Test files by name, and how to load each. */
type TestFiles = Readonly<Record<string, () => Promise<unknown>>>;

/** Runs the tests of the given files, and reports on standard output. */
export async function runSuite(files: TestFiles): Promise<void> {
  await startTests(Object.keys(files), new GuestRunner(files, shareOfThisMachine()));
}

class GuestRunner implements VitestRunner {
  readonly config: VitestRunnerConfig = {
    root: process.cwd(),
    setupFiles: [],
    name: undefined,
    passWithNoTests: true,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 10_000 * TIME_FACTOR,
    hookTimeout: 20_000 * TIME_FACTOR,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
  private readonly files: TestFiles;
  private readonly share: Share;

  constructor(files: TestFiles, share: Share) {
    this.files = files;
    this.share = share;
  }

  importFile(name: string): Promise<unknown> {
    return this.files[name]?.() ?? Promise.reject(new Error(`no test file ${name}`));
  }

  onCollected(files: File[]): void {
    for (const file of files) {
      for (const error of file.result?.errors ?? []) {
        report({ kind: "end", outcome: failed(file.name, "the file can be run", error.message), seconds: 0 });
      }
    }
    const tests = files.flatMap(testsIn);
    const leftOut = testsToLeaveOut();
    const asked = tests.filter((test) => !leftOut.has(nameOf(test)));
    const chosen = new Set(asked.filter((_, index) => index % this.share.count === this.share.index));
    for (const test of tests) if (!chosen.has(test)) remove(test);
  }

  onBeforeRunTask(test: Test): void {
    report({ kind: "begin", test: nameOf(test) });
  }

  onAfterRunTask(test: Test): void {
    report({ kind: "end", outcome: outcomeOf(test), seconds: (test.result?.duration ?? 0) / 1000 });
  }

  onAfterRunSuite(suite: Suite): void {
    for (const error of suite.result?.errors ?? []) {
      report({ kind: "end", outcome: failed(suite.file.name, `${suite.name} can be run`, error.message), seconds: 0 });
    }
  }
}

function shareOfThisMachine(): Share {
  const [index = 0, count = 1] = (process.env["TSBT_MATRIX_SHARE"] ?? "0/1").split("/").map(Number);
  return { index, count };
}

function testsToLeaveOut(): ReadonlySet<string> {
  const file = process.env["TSBT_MATRIX_LEFT_OUT"];
  return new Set(file === undefined ? [] : (JSON.parse(readFileSync(file, "utf8")) as readonly string[]));
}

function testsIn(task: Task): readonly Test[] {
  return task.type === "test" ? [task] : task.tasks.flatMap(testsIn);
}

function remove(test: Test): void {
  const siblings = test.suite?.tasks ?? test.file.tasks;
  siblings.splice(siblings.indexOf(test), 1);
}

function outcomeOf(test: Test): Outcome {
  const { file, result } = test;
  const claim = claimOf(test);
  if (result?.state === "pass") return { file: file.name, claim, state: "passed" };
  if (result?.state === "fail") return failed(file.name, claim, (result.errors ?? []).map(textOf).join("\n"));
  return { file: file.name, claim, state: "skipped", reason: noteOf(test) ?? "skipped in the source" };
}

/** Why a test skipped itself; the runner's types do not mention it. */
function noteOf(test: Test): string | undefined {
  return (test.result as { readonly note?: string } | undefined)?.note;
}

function failed(file: string, claim: string, reason: string): Outcome {
  return { file, claim, state: "failed", reason };
}

function textOf(error: { readonly message: string; readonly diff?: string | undefined }): string {
  return error.diff === undefined ? error.message : `${error.message}\n${error.diff}`;
}

function nameOf(test: Test): string {
  return testName({ file: test.file.name, claim: claimOf(test) });
}

/** As vitest names it: the suites around it and its own claim. */
function claimOf(test: Test): string {
  const names = [test.name];
  for (let suite = test.suite; suite !== undefined && suite !== test.file; suite = suite.suite)
    names.unshift(suite.name);
  return names.join(" > ");
}

function report(report: Report): void {
  process.stdout.write(formatReport(report));
}
