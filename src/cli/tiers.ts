/**
 * Which of V8's compilers work beside us. A compilation is over before what the optimising compiler makes of it is of any
 * use: it took more processor time than the work itself. So it did for runs that end at once, such as one that prints a map
 * of 4,000 keys (25 ms instead of 8). A run may last for weeks.
 *
 * Flags for the command line of Node would belong to the snapshot; these work from where they are set, on Node 20 to 26.
 */
import { setFlagsFromString, startupSnapshot } from "node:v8";

/** From here on code is interpreted: call before anything else. */
export function startCold(): void {
  setFlagsFromString("--no-opt");
  setFlagsFromString("--no-maglev");
}

/** The baseline compiler takes some milliseconds, and gives back a third of the time of what takes longer. */
export function warmUpFor({ text }: { readonly text: string }): void {
  if (text.length > SHORT_SCRIPT) useBaselineCompiler();
}

const useBaselineCompiler = (): void => setFlagsFromString("--sparkplug");

const SHORT_SCRIPT = 1500;

/** Everything is attached. Code that runs for long, or for many events, is worth the optimising compiler. */
export function runWarm(): void {
  // The snapshot goes with the flags that were set when it was made, and holds no timers.
  if (startupSnapshot.isBuildingSnapshot()) return;
  useBaselineCompiler();
  setTimeout(runHot, SHORT_RUN_MS).unref();
}

const SHORT_RUN_MS = 1000;

/** @returns what is told how many bytes of events have been handled */
export function untilHot(): (bytes: number) => void {
  let left = FEW_EVENTS_BYTES;
  return (bytes) => {
    if (left > 0 && (left -= bytes) <= 0) runHot();
  };
}

/** Some 4,000 events. */
const FEW_EVENTS_BYTES = 1 << 17;

/** A long piece of work has begun, though nothing is attached: both compilers are worth their time at once. */
export function workLong(): void {
  useBaselineCompiler();
  runHot();
}

export const runHot = (): void => setFlagsFromString("--opt");
