/** What is done with a program: `--mode`. Without it, it is traced. */
import type { BpfObject, Schedule, TrialSchedule } from "../../codegen/object.js";
import { keepProbes } from "../core/index.js";

/** In the order in which bpftrace names them. */
export const MODES = ["codegen", "compiler-bench", "bench", "test", "format"] as const;
export type Mode = (typeof MODES)[number];

/** The modes in which the tracer runs programs in place of attaching them. */
export type TrialMode = keyof typeof TRIALS;
export const TRIALS = { bench: "as-benchmark", test: "as-test" } as const satisfies {
  readonly [M in Mode]?: TrialSchedule["runs"];
};

/** The modes in which programs run. */
export type RunMode = "trace" | TrialMode;

type Runs = Schedule["runs"];

const RUN_IN: { readonly [M in RunMode]: ReadonlySet<Runs> } = {
  trace: new Set<Runs>(["before", "after", "on-signal", "attached"]),
  bench: new Set<Runs>(["before", "after", TRIALS.bench]),
  test: new Set<Runs>(["before", "after", TRIALS.test]),
};

export const isRunMode = (mode: string): mode is RunMode => Object.hasOwn(RUN_IN, mode);

/** What is not run is not even loaded. Undefined when there is nothing to run. */
export const probesFor = (mode: RunMode, object: BpfObject): BpfObject | undefined =>
  keepProbes(object, (_, { runs }) => RUN_IN[mode].has(runs));

/** Why there is nothing to run in a mode, and which mode would have something. */
export function nothingToRun({ programs }: BpfObject): string {
  const has = (runs: Runs): boolean => programs.some(({ schedule }) => schedule.runs === runs);
  if (has(TRIALS.test)) return "No probes attached; use --test to run test probes.";
  if (has(TRIALS.bench)) return "No probes attached; use --bench to run benchmark probes.";
  return "Attachment failed for all probes.";
}
