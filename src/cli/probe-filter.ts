/** `--probe-filter REGEX`: leaves out the probes whose name does not match, and their programs. */
import type { BpfObject } from "../../codegen/object.js";
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

/** What the tracer runs itself is not filtered. Undefined when nothing is left. */
export function filterProbes(object: BpfObject, filter: RegExp): BpfObject | undefined {
  const kept = object.attachments.filter(
    ({ program, name }) => object.programs[program]?.schedule.runs !== "attached" || filter.test(name),
  );
  if (kept.length === 0) return undefined;
  const programs = [...new Set(kept.map((attachment) => attachment.program))].sort((a, b) => a - b);
  return {
    ...object,
    programs: programs.flatMap((index) => object.programs[index] ?? []),
    attachments: kept.map((attachment) => ({ ...attachment, program: programs.indexOf(attachment.program) })),
  };
}
