import { expect, test } from "vitest";
import { testsToLeaveOut } from "./machine-stage.js";
import type { Outcome } from "./outcome.js";

const outcome = (file: string, state: Outcome["state"]): Outcome => ({ file, claim: "a > b", state });

test("only end-to-end tests that passed need not run under another kernel", () => {
  const before = [
    outcome("test/e2e/passed.test.ts", "passed"),
    outcome("test/e2e/skipped.test.ts", "skipped"),
    outcome("test/e2e/failed.test.ts", "failed"),
    outcome("test/kernel/verifier.test.ts", "passed"),
    outcome("test/native/native.test.ts", "passed"),
    outcome("test/src/e2e/parser.test.ts", "passed"),
  ];
  expect(testsToLeaveOut(before)).toEqual(["test/e2e/passed.test.ts > a > b"]);
});
