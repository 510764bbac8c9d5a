/** Removes the functions that are no longer called or referred to: the kernel refuses code that cannot be reached. */
import type { Instruction, IrFunction, IrProgram } from "../ir/ir.js";

export function removeFunctions(program: IrProgram): IrProgram {
  const used = usedFunctions(program.functions);
  if (used.length === program.functions.length) return program;
  const numbers = new Map(used.map((callee, at) => [callee, at]));
  return { functions: used.flatMap((index) => renamed(program.functions[index], numbers)) };
}

/** Itself when it calls no other. */
function renamed(fn: IrFunction | undefined, numbers: ReadonlyMap<number, number>): readonly IrFunction[] {
  if (fn === undefined) return [];
  let hasCalls = false;
  const rename = (i: Instruction): Instruction => {
    if (i.op !== "call-function" && i.op !== "function") return i;
    hasCalls = true;
    return { ...i, callee: numbers.get(i.callee) ?? i.callee };
  };
  const blocks = fn.blocks.map((block) => ({ ...block, instructions: block.instructions.map(rename) }));
  return [hasCalls ? { ...fn, blocks } : fn];
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
