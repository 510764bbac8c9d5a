/** What a run has lost, by probe and cause, as it is told at its end. */

/** As text; the names are those of JSON. */
const CAUSES = {
  events: "events (ring full)",
  packets: "packets (ring full)",
  updates: "map updates (map full)",
  reads: "reads",
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

/** One line without its end. */
export const lossText = ({ probe, counts }: ProbeLosses): string =>
  `Lost by ${probe}: ${counts.map(([cause, count]) => `${count} ${CAUSES[cause]}`).join(", ")}`;
