/** What a run has lost, by probe and cause, as it is told at its end. */

/** As text; the names are those of JSON. Updates and reads have been told already: a warning at each place, with its total. */
const CAUSES = {
  events: "events (ring full)",
  packets: "packets (ring full)",
  updates: undefined,
  reads: undefined,
  recursions: "firings (a program was running on the CPU)",
  misses: "firings (missed by the kernel)",
  throttlings: "throttlings by the kernel",
} as const;

export type LossCause = keyof typeof CAUSES;

const NAMES = Object.keys(CAUSES) as readonly LossCause[];

/** Counts by cause, for each probe by its attach points. */
export class Losses {
  readonly #byProbe = new Map<string, Map<LossCause, bigint>>();

  add(probe: string, cause: LossCause, count: bigint): void {
    if (count === 0n) return;
    const counts = this.#byProbe.get(probe) ?? new Map<LossCause, bigint>();
    this.#byProbe.set(probe, counts);
    counts.set(cause, (counts.get(cause) ?? 0n) + count);
  }

  /** Of those that have lost something. */
  get probes(): readonly ProbeLosses[] {
    return [...this.#byProbe].map(([probe, counts]) => ({
      probe,
      counts: NAMES.flatMap((cause) => {
        const count = counts.get(cause);
        return count === undefined ? [] : [[cause, count] as const];
      }),
    }));
  }
}

export interface ProbeLosses {
  readonly probe: string;
  /** In the order of the table. */
  readonly counts: readonly (readonly [LossCause, bigint])[];
}

/** One line without its end, for what has not been told where it happened. */
export function lossText({ probe, counts }: ProbeLosses): string | undefined {
  const causes = counts.flatMap(([cause, count]) => (CAUSES[cause] === undefined ? [] : [`${count} ${CAUSES[cause]}`]));
  return causes.length === 0 ? undefined : `Lost by ${probe}: ${causes.join(", ")}`;
}
