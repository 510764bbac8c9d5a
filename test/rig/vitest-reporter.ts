import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";
import type { Outcome } from "./outcome.js";

/** Writes the outcome of every test, with the reasons for skips, to the file that `TSBT_OUTCOMES` names. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { readonly message: string }[]): void {
    const file = process.env["TSBT_OUTCOMES"];
    if (file === undefined) throw new Error("TSBT_OUTCOMES is not set");
    const outcomes: Outcome[] = modules.flatMap(outcomesOf);
    for (const { message } of unhandledErrors) {
      outcomes.push({ file: "vitest", claim: "no error is unhandled", state: "failed", reason: message });
    }
    writeFileSync(file, JSON.stringify(outcomes));
  }
}

function outcomesOf(module: TestModule): readonly Outcome[] {
  const file = relative(process.cwd(), module.moduleId);
  const broken = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
  return [
    ...broken.map((error): Outcome => ({ file, claim: "the file can be run", state: "failed", reason: error.message })),
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
      return { ...base, state: "failed", reason: result.errors.map((error) => error.message).join("\n") };
    case "pending":
      return { ...base, state: "failed", reason: "it never ended" };
  }
}
