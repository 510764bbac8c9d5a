import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import { type Outcome, totalsOf } from "./outcome.js";
import { RunRecord } from "./run-record.js";

/**
 * Prints a line for each test file as it ends, and every failure in full at once: whoever kills a run that takes too
 * long has seen what there was to see. Records the outcome of every test, with the reasons for skips, in the file that
 * `TSBT_OUTCOMES` names.
 */
export default class OutcomeReporter implements Reporter {
  private readonly record = RunRecord.create(process.env["TSBT_OUTCOMES"] ?? "");

  onTestModuleStart(module: TestModule): void {
    this.record.begin(nameOf(module));
  }

  onTestModuleEnd(module: TestModule): void {
    const outcomes = outcomesOf(module);
    this.record.end(nameOf(module), outcomes);
    const { passed, failed, skipped } = totalsOf(outcomes);
    const counts = [`${passed} passed`, failed > 0 ? `${failed} failed` : "", skipped > 0 ? `${skipped} skipped` : ""];
    const seconds = (module.diagnostic().duration / 1000).toFixed(1).padStart(6);
    console.log(`${seconds} s  ${nameOf(module)}: ${counts.filter((count) => count !== "").join(", ")}`);
    for (const { state, claim, reason = "" } of outcomes) {
      if (state === "failed") console.log(`\nFAILED ${nameOf(module)} > ${claim}\n${reason}\n`);
    }
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandledErrors: readonly { readonly message: string }[]): void {
    for (const { message } of unhandledErrors) {
      console.log(`\nFAILED: an error that no test waited for\n${message}\n`);
      this.record.add({ file: "vitest", claim: "no error is unhandled", state: "failed", reason: message });
    }
    this.record.close();
  }
}

function nameOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}

function outcomesOf(module: TestModule): readonly Outcome[] {
  const file = nameOf(module);
  const broken = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [
    ...broken.map((error): Outcome => ({ file, claim: "the file can be run", state: "failed", reason: textOf(error) })),
    ...Array.from(module.children.allTests(), (test) => outcomeOf(file, test)),
  ];
}

function outcomeOf(file: string, test: TestCase): Outcome {
  const result = test.result();
  const base = { file, claim: test.fullName };
  switch (result.state) {
    case "passed":
      return { ...base, state: "passed" };
    case "skipped":
      return { ...base, state: "skipped", reason: result.note ?? "skipped in the source" };
    case "failed":
      return { ...base, state: "failed", reason: result.errors.map(textOf).join("\n") };
    case "pending":
      return { ...base, state: "failed", reason: "it never ended" };
  }
}

interface TestError {
  readonly message: string;
  readonly diff?: string;
  readonly stacks?: readonly { readonly file: string; readonly line: number; readonly column: number }[];
}

/** What was expected, the difference, and the line in the test. */
function textOf({ message, diff, stacks = [] }: TestError): string {
  const places = stacks
    .slice(0, 3)
    .map(({ file, line, column }) => `  at ${relative(process.cwd(), file)}:${line}:${column}`);
  return [message, ...(diff === undefined ? [] : [diff]), ...places].join("\n");
}
