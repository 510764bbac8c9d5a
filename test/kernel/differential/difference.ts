/** What a program did on the kernel against what it should have done. */
import { evaluate } from "./evaluate.js";
import type { Run } from "./kernel-runner.js";
import type { Program } from "./program.js";

/** In words; undefined when all is as it should be. */
export function differenceOf(program: Program, run: Run): string | undefined {
  if (run.kind === "does not compile") return `does not compile: ${run.message}`;
  if (run.kind === "rejected") return `rejected: ${run.message}\n${run.log.slice(-2000)}`;
  const wanted = evaluate(program);
  const wrong = [...wanted]
    .filter(([name, value]) => run.entries.get(name) !== value)
    .map(([name, value]) => `${name}: ${value} wanted, ${run.entries.get(name) ?? "nothing"} found`);
  const extra = [...run.entries.keys()].filter((name) => !wanted.has(name)).map((name) => `${name}: not wanted`);
  return wrong.length + extra.length === 0 ? undefined : [...wrong, ...extra].join("\n");
}
