/** What became of one test, or of one check that is not a test, such as the type checker's. */
export interface Outcome {
  /** The test file, from the project's directory; or the stage. */
  readonly file: string;
  /** What the test says is true of the product. */
  readonly claim: string;
  readonly state: "passed" | "failed" | "skipped";
  /** Why it was skipped or failed. */
  readonly reason?: string;
}

/** Names a test in all folders. */
export function testName({ file, claim }: Pick<Outcome, "file" | "claim">): string {
  return `${file} > ${claim}`;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const count = (state: Outcome["state"]): number => outcomes.filter((outcome) => outcome.state === state).length;
  return { passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}

/** Leaves out skips of tests that ran elsewhere in the same run: what this machine cannot do, a virtual one can. */
export function withoutSkipsMadeUpFor(outcomes: readonly Outcome[]): readonly Outcome[] {
  const ran = new Set(outcomes.filter(({ state }) => state !== "skipped").map(testName));
  const skipped = new Set<string>();
  return outcomes.filter((outcome) => {
    if (outcome.state !== "skipped") return true;
    const name = testName(outcome);
    const isNews = !ran.has(name) && !skipped.has(name);
    skipped.add(name);
    return isNews;
  });
}
