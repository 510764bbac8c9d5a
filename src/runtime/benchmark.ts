/** How often a benchmark is run: so often that all its runs together take long enough to be measured (probes-and-cli.md 17.5). */

export interface Measurement {
  /** Of one run, on average. */
  readonly ns: number;
  readonly runs: number;
}

const LONG_ENOUGH_NS = 1_000_000;

/** By how much more often, when all runs together took less than this. */
const STEPS: readonly (readonly [belowNs: number, factor: number])[] = [
  [1000, 1000],
  [10_000, 100],
  [100_000, 10],
  [LONG_ENOUGH_NS, 2],
];

/** What takes no time that the clock can see is not run for ever. */
const MAX_RUNS = 1_000_000_000;

/**
 * @param run - so many times; says what one run took, or undefined to give up
 * @returns undefined when it was given up
 */
export async function measure(run: (runs: number) => Promise<number | undefined>): Promise<Measurement | undefined> {
  for (let runs = 1; ;) {
    const ns = await run(runs);
    if (ns === undefined) return undefined;
    const total = ns * runs;
    const [, factor] = STEPS.find(([belowNs]) => total < belowNs) ?? [];
    if (factor === undefined || runs >= MAX_RUNS) return { ns, runs };
    runs = Math.min(runs * factor, MAX_RUNS);
  }
}
