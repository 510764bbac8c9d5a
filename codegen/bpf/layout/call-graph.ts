/** Which functions of a program call which, callbacks included. */
import type { IrProgram } from "../../ir/ir.js";

export interface CallGraph {
  /** By function. */
  readonly callees: readonly ReadonlySet<number>[];
  /** What the entry reaches, ascending. The kernel does not know the others as functions, but as dead code. */
  readonly reachable: readonly number[];
}

export function callGraphOf(program: IrProgram): CallGraph {
  const callees = program.functions.map((_, at) => calleesOf(program, at));
  const seen = new Set([0]);
  for (const at of seen) for (const callee of callees[at] ?? []) seen.add(callee);
  return { callees, reachable: [...seen].sort((a, b) => a - b) };
}

function calleesOf(program: IrProgram, at: number): ReadonlySet<number> {
  const callees = new Set<number>();
  // A program of one function has nothing to call.
  if (program.functions.length === 1) return callees;
  for (const { instructions } of program.functions[at]?.blocks ?? []) {
    for (const instruction of instructions) {
      if (instruction.op === "call-function" || instruction.op === "function") callees.add(instruction.callee);
    }
  }
  return callees;
}
