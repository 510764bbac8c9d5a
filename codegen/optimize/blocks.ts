/** Keeping the set of blocks sound: passes that cut edges call `dropUnreachable`. */
import { cell } from "../column.js";
import type { Block, IrFunction, Value } from "../ir/ir.js";
import type { ValueType } from "../ir/ir.js";
import { terminatorOperandsOf, operandsOf } from "../ir/operands.js";
import { graphFor } from "./analyses.js";

/** The function without the blocks that nothing leads to. */
export function dropUnreachable(fn: IrFunction): IrFunction {
  const graph = graphFor(fn);
  if (graph.order.length === fn.blocks.length) return fn;
  return { ...fn, blocks: fn.blocks.filter((block) => graph.isReachable(block.id)) };
}

/** The function with other blocks, or itself when they are the same. */
export function withBlocks(
  fn: IrFunction,
  blocks: readonly Block[],
  types: readonly ValueType[] = fn.types,
): IrFunction {
  const isSame =
    types === fn.types && blocks.length === fn.blocks.length && blocks.every((b, at) => b === fn.blocks[at]);
  return isSame ? fn : { ...fn, blocks, types };
}

/** How often each value is used. */
export function countUses(fn: IrFunction): Int32Array {
  const uses = new Int32Array(fn.types.length);
  const use = (value: Value): void => {
    uses[value] = cell(uses, value) + 1;
  };
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) operandsOf(instruction).forEach(use);
    terminatorOperandsOf(block.terminator).forEach(use);
  }
  return uses;
}
