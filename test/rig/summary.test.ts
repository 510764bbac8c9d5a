import { expect, test } from "vitest";
import type { Outcome } from "./outcome.js";
import { formatSummary } from "./summary.js";

const passed = (claim: string): Outcome => ({ file: "a.test.ts", claim, state: "passed" });
const skipped = (claim: string, reason: string): Outcome => ({ file: "a.test.ts", claim, state: "skipped", reason });
const failed = (claim: string): Outcome => ({
  file: "a.test.ts",
  claim,
  state: "failed",
  reason: "expected 1 to be 2\n(a diff)",
});

test("the totals stand alone on the last line", () => {
  expect(formatSummary([passed("one"), passed("two")])).toBe("2 passed, 0 failed, 0 skipped");
});

test("failures are named again, skips stand below their reasons", () => {
  expect(formatSummary([failed("broken"), skipped("x", "no root"), passed("fine"), skipped("y", "no root")])).toBe(
    `Failed:
  a.test.ts > broken
    expected 1 to be 2

Skipped, here and in every machine of this run:
  no root:
    a.test.ts > x
    a.test.ts > y

1 passed, 1 failed, 2 skipped`,
  );
});

test("what is skipped here and passes in a virtual machine is no skip", () => {
  expect(formatSummary([skipped("probe", "no kprobes here"), passed("probe")])).toBe("1 passed, 0 failed, 0 skipped");
});

test("what is skipped everywhere counts once", () => {
  const outcomes = [skipped("probe", "no counters"), skipped("probe", "no counters")];
  expect(formatSummary(outcomes)).toMatch(/0 passed, 0 failed, 1 skipped$/);
});

test("a reason that many share is not followed by all of them", () => {
  const outcomes = Array.from({ length: 100 }, (_, index) => skipped(`test ${index}`, "no root"));
  expect(formatSummary(outcomes)).toContain("test 11\n    and 88 more\n");
});
