/** Joins a block to the only block that leads to it, when that ends in a jump. */
import { NOT_NULL } from "../ir/verify.js";
import type { Block, Instruction, IrFunction, Terminator, Value } from "../ir/ir.js";
import { graphFor } from "./analyses.js";
import type { Pass } from "./pass.js";
import { Substitution } from "./substitution.js";

export const mergeBlocks: Pass = { name: "merge-blocks", run };

interface OpenBlock {
  readonly block: Block;
  readonly instructions: Instruction[];
  terminator: Terminator;
}

function run(fn: IrFunction): IrFunction {
  const graph = graphFor(fn);
  const same = new Substitution();
  const merged: OpenBlock[] = [];
  /** Into which block each one has gone. */
  const into: OpenBlock[] = [];
  // Predecessors come first: a chain of blocks is joined from its head.
  for (const block of graph.order) {
    const [from, another] = graph.predecessors(block.id);
    const before = from === undefined || another !== undefined ? undefined : into[from];
    if (
      before !== undefined &&
      before.terminator.op === "jump" &&
      canReplace(fn, block, before.terminator.target.args)
    ) {
      const { args } = before.terminator.target;
      block.params.forEach((param, index) => same.replace(param, args[index] ?? param));
      for (const instruction of block.instructions) before.instructions.push(instruction);
      before.terminator = block.terminator;
      into[block.id] = before;
    } else {
      const open: OpenBlock = { block, instructions: [...block.instructions], terminator: block.terminator };
      merged.push(open);
      into[block.id] = open;
    }
  }
  if (merged.length === fn.blocks.length) return fn;
  const blocks = merged.map(({ block, instructions, terminator }) =>
    same.apply({ ...block, instructions, terminator }),
  );
  return { ...fn, blocks };
}

const canReplace = (fn: IrFunction, { params }: Block, args: readonly Value[]): boolean =>
  params.every((param, index) => {
    const wanted = fn.types[param] ?? "int";
    const given = fn.types[args[index] ?? param] ?? "int";
    return given === wanted || NOT_NULL[wanted] === given;
  });
