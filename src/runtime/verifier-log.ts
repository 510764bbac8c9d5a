/** What the kernel's verifier log says: where it stopped, and why. */
import type { BpfProgram } from "../../codegen/object.js";
import type { Span } from "../../grammar/index.js";

/** `12: (79) r1 = *(u64 *)(r0 +0)` */
const INSTRUCTION = /^(\d+): \([0-9a-f]{2}\)/;
/** Statistics that end every log. */
const STATISTICS = /^(processed \d+ insns|verification time|stack depth)/;
/** Lines that say little without the one before them. */
const NEEDS_PREDECESSOR = /^\t|^R\d|invalid .* access|^\d+: R\d/;

/** The last line that says something, with its predecessor where it needs one. */
export function lastWordsOf(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !STATISTICS.test(line));
  const last = lines.at(-1) ?? "";
  const previous = lines.at(-2);
  return previous !== undefined && NEEDS_PREDECESSOR.test(last) && INSTRUCTION.test(previous)
    ? `${previous}\n${last}`
    : last;
}

/** The script text of the last instruction that the verifier looked at. */
export function spanOf(log: string, lines: BpfProgram["lines"]): Span | undefined {
  const instruction = lastInstruction(log);
  if (instruction === undefined) return undefined;
  let found: Span | undefined;
  for (const line of lines) {
    if (line.instruction > instruction) break;
    found = line.span;
  }
  return found;
}

function lastInstruction(log: string): number | undefined {
  let last: number | undefined;
  for (const line of log.split("\n")) {
    const match = INSTRUCTION.exec(line);
    if (match !== null) last = Number(match[1]);
  }
  return last;
}
