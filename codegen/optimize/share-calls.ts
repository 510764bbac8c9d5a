/**
 * Calls a helper once whose result is the same for the whole firing of a probe (`pid`, `tid`, `uid`, `curtask` …):
 * LLVM cannot know that, the table of helpers does. Calls inside a loop move in front of it first.
 */
import { HELPERS } from "../kernel/helpers.js";
import type { Block, BlockId, Instruction, IrFunction, Value } from "../ir/ir.js";
import { dominatorsFor, loopsFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { mergeEqual, type Keys } from "./number-values.js";
import type { Pass } from "./pass.js";

export const shareCalls: Pass = {
  name: "share-calls",
  run: (fn) => (countConstantCalls(fn) === 0 ? fn : mergeEqual(hoist(fn), CALLS)),
};

const isConstantCall = (i: Instruction): i is Extract<Instruction, { op: "call" }> =>
  i.op === "call" && HELPERS[i.helper].isConstant;

const CALLS: Keys = { has: isConstantCall, of: (i) => (isConstantCall(i) ? `${i.helper} ${i.args.join(" ")}` : "") };

const countConstantCalls = (fn: IrFunction): number =>
  fn.blocks.reduce((count, block) => count + block.instructions.filter(isConstantCall).length, 0);

/** Moves constant calls without arguments of their loop to the end of the block that dominates the outermost loop. */
function hoist(fn: IrFunction): IrFunction {
  const loops = loopsFor(fn);
  if (loops.loops.length === 0) return fn;
  const dominators = dominatorsFor(fn);
  const isParam = new Set<Value>(fn.params);
  const moved = new Map<BlockId, Instruction[]>();
  const left = fn.blocks.map((block) => {
    const before = headOf(block.id);
    if (before === undefined) return block;
    const movable = block.instructions.filter((i) => isConstantCall(i) && i.args.every((arg) => isParam.has(arg)));
    if (movable.length === 0) return block;
    moved.set(before, [...(moved.get(before) ?? []), ...movable]);
    return { ...block, instructions: block.instructions.filter((i) => !movable.includes(i)) };
  });
  return withBlocks(fn, left.map(append));

  function headOf(id: BlockId): BlockId | undefined {
    let loop = loops.loopOf(id);
    while (loop?.parent !== undefined) loop = loop.parent;
    return loop === undefined ? undefined : dominators.parent(loop.header);
  }

  function append(block: Block): Block {
    const added = moved.get(block.id);
    return added === undefined ? block : { ...block, instructions: [...block.instructions, ...added] };
  }
}
