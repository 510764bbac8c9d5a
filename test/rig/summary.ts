import { type Outcome, totalsOf, withoutSkipsMadeUpFor } from "./outcome.js";

/** A developer without root has hundreds of skips for one reason. */
const MAX_TESTS_SHOWN = 12;

/** The end of a test run: what failed, what was skipped and why, and the totals alone on the last line. */
export function formatSummary(all: readonly Outcome[]): string {
  const outcomes = withoutSkipsMadeUpFor(all);
  const { passed, failed, skipped } = totalsOf(outcomes);
  const failures = outcomes.filter(({ state }) => state === "failed");
  return [
    ...section("Failed:", failures.map(formatFailure)),
    ...section("Skipped, here and in every machine of this run:", reasonsForSkips(outcomes)),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join("\n");
}

function shortened(tests: readonly string[]): readonly string[] {
  if (tests.length <= MAX_TESTS_SHOWN) return tests;
  return [...tests.slice(0, MAX_TESTS_SHOWN), `    and ${tests.length - MAX_TESTS_SHOWN} more`];
}

/** Its whole text stands further up, where the stage printed it. */
function formatFailure({ file, claim, reason = "" }: Outcome): string {
  return `  ${file} > ${claim}\n    ${reason.split("\n", 1)[0]}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines, ""];
}

/** Skipped tests below the reason that they share. */
function reasonsForSkips(outcomes: readonly Outcome[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { state, reason = "no reason given", file, claim } of outcomes) {
    if (state === "skipped") byReason.set(reason, [...(byReason.get(reason) ?? []), `    ${file} > ${claim}`]);
  }
  return Array.from(byReason, ([reason, tests]) => [`  ${reason}:`, ...shortened(tests)]).flat();
}
