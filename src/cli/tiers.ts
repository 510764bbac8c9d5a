/**
 * Which of V8's compilers work beside us. A compilation is over before what the optimising compiler makes of it is of any
 * use: it took more processor time than the work itself. A run may last for weeks.
 *
 * Flags for the command line of Node would belong to the snapshot; these work from where they are set, on Node 20 to 26.
 */
import { setFlagsFromString } from "node:v8";

/** From here on code is interpreted: call before anything else. */
export function startCold(): void {
  setFlagsFromString("--no-opt");
  setFlagsFromString("--no-maglev");
}

/** The baseline compiler takes some milliseconds, and gives back a third of the time of what takes longer. */
export function warmUpFor({ text }: { readonly text: string }): void {
  if (text.length > SHORT_SCRIPT) setFlagsFromString("--sparkplug");
}

const SHORT_SCRIPT = 1500;

/** Events begin to flow. */
export function runHot(): void {
  setFlagsFromString("--opt");
}
