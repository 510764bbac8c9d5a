import { type Outcome, totalsOf, withoutSkipsMadeUpFor } from "./outcome.js";

/** The end of a test run: what failed, what was skipped and why, and the totals alone on the last line. */
export function formatSummary(all: readonly Outcome[]): string {
  const outcomes = withoutSkipsMadeUpFor(all);
  const { passed, failed, skipped } = totalsOf(outcomes);
  const failures = outcomes.filter(({ state }) => state === "failed");
  return [
    ...section(
      "Failed:",
      failures.map(({ file, claim }) => `  ${file} > ${claim}`),
    ),
    ...section("Skipped, here and in every machine of this run:", reasonsForSkips(outcomes)),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join("\n");
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
  return Array.from(byReason, ([reason, tests]) => [`  ${reason}:`, ...tests]).flat();
}
