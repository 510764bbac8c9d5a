import { expect, test } from "vitest";
import type { Outcome } from "./outcome.js";
import { formatSummary } from "./summary.js";

const passed = (claim: string): Outcome => ({ file: "a.test.ts", claim, state: "passed" });
const skipped = (claim: string, reason: string): Outcome => ({ file: "a.test.ts", claim, state: "skipped", reason });
const failed = (claim: string): Outcome => ({ file: "a.test.ts", claim, state: "failed", reason: "why" });

test("the totals stand alone on the last line", () => {
  expect(formatSummary([passed("one"), passed("two")])).toBe("2 passed, 0 failed, 0 skipped");
});

test("failures are named again, skips stand below their reasons", () => {
  expect(formatSummary([failed("broken"), skipped("x", "no root"), passed("fine"), skipped("y", "no root")])).toBe(
    `Failed:
  a.test.ts > broken

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
