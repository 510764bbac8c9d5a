/** `--probe-filter REGEX`: leaves out the probes whose name does not match, and their programs. */
import type { BpfObject, Schedule } from "../../codegen/object.js";
import { keepProbes } from "../core/index.js";
import { failure } from "./exit-error.js";

/** Names are byte strings, and so is the pattern. */
export function compileFilter(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    const detail = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, "") : String(error);
    throw failure(`Invalid --probe-filter regex '${pattern}': ${detail}`, 255);
  }
}

/** What the tracer runs by itself is not filtered; tests and benchmarks are. */
const UNFILTERED: ReadonlySet<Schedule["runs"]> = new Set(["before", "after", "on-signal"]);

/** Undefined when nothing is left. */
export const filterProbes = (object: BpfObject, filter: RegExp): BpfObject | undefined =>
  keepProbes(object, ({ name }, { runs }) => UNFILTERED.has(runs) || filter.test(name));
