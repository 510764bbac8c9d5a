import type { Outcome } from "./outcome.js";

/** A part of the test run. */
export interface Stage {
  readonly name: string;
  readonly what: string;
  /** Gets what became of the tests of the stages before it in this run. */
  readonly run: (before: readonly Outcome[]) => Promise<readonly Outcome[]>;
}

/** Whether the run is on a machine that is meant to have everything. There, what is missing is a failure. */
export const IS_COMPLETE_MACHINE = process.env["CI"] === "true" || process.env["CI"] === "1";

/** The outcome of something that could not be tried because the machine lacks a package or a right. */
export function notTried(stage: string, claim: string, reason: string): Outcome {
  return { file: stage, claim, state: IS_COMPLETE_MACHINE ? "failed" : "skipped", reason };
}
