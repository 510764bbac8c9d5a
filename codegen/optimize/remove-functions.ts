/** Removes the functions that are no longer called or referred to: the kernel refuses code that cannot be reached. */
import type { Instruction, IrFunction, IrProgram } from "../ir/ir.js";

export function removeFunctions(program: IrProgram): IrProgram {
  const used = usedFunctions(program.functions);
  if (used.length === program.functions.length) return program;
  const numbers = new Map(used.map((callee, at) => [callee, at]));
  const rename = (i: Instruction): Instruction =>
    i.op === "call-function" || i.op === "function" ? { ...i, callee: numbers.get(i.callee) ?? i.callee } : i;
  const functions: IrFunction[] = [];
  for (const index of used) {
    const fn = program.functions[index];
    if (fn === undefined) continue;
    const blocks = fn.blocks.map((block) => ({ ...block, instructions: block.instructions.map(rename) }));
    functions.push({ ...fn, blocks });
  }
  return { functions };
}

/** Indices of what the first function, the program, leads to; ascending. */
function usedFunctions(functions: readonly IrFunction[]): readonly number[] {
  const used = new Set<number>([0]);
  const work = [0];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    for (const block of functions[index]?.blocks ?? []) {
      for (const i of block.instructions) {
        if ((i.op !== "call-function" && i.op !== "function") || used.has(i.callee)) continue;
        used.add(i.callee);
        work.push(i.callee);
      }
    }
  }
  return [...used].sort((a, b) => a - b);
}
