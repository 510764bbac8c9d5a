/** Gives out dense numbers again: values and blocks in the order of a walk through the function, slots that are still used. */
import type { Block, BlockId, Instruction, IrFunction, Slot, SlotId, Value, ValueType } from "../ir/ir.js";
import { mapOperands, mapTargets, mapTerminatorOperands, resultOf } from "../ir/operands.js";
import { graphFor } from "./analyses.js";
import type { Pass } from "./pass.js";

/** Blocks come in reverse post-order. */
export const renumber: Pass = { name: "renumber", run, isRequired: true };

function run(fn: IrFunction): IrFunction {
  const { order } = graphFor(fn);
  const numbers = new Int32Array(fn.types.length).fill(-1);
  const types: ValueType[] = [];
  const define = (value: Value): Value => {
    numbers[value] = types.length;
    types.push(fn.types[value] ?? "int");
    return (types.length - 1) as Value;
  };
  const use = (value: Value): Value => numbers[value] as Value;
  const slots = new SlotNumbers(fn);
  const blockNumbers = new Map<BlockId, BlockId>(order.map((block, at) => [block.id, at as BlockId]));

  const params = fn.params.map(define);
  for (const block of order) {
    block.params.forEach(define);
    for (const instruction of block.instructions) {
      const result = resultOf(instruction);
      if (result !== undefined) define(result);
    }
  }
  const rename = (instruction: Instruction): Instruction => {
    const used = mapOperands(instruction, use);
    const renamed = "result" in used ? { ...used, result: use(used.result) } : used;
    return renamed.op === "slot-address" ? { ...renamed, slot: slots.use(renamed.slot) } : renamed;
  };
  const blocks = order.map((block, at): Block => ({
    id: at as BlockId,
    params: block.params.map(use),
    instructions: block.instructions.map(rename),
    terminator: mapTargets(mapTerminatorOperands(block.terminator, use), (target) => ({
      ...target,
      block: blockNumbers.get(target.block) ?? target.block,
    })),
  }));
  return { ...fn, params, blocks, types, slots: slots.used };
}

class SlotNumbers {
  readonly used: Slot[] = [];
  readonly #slots: readonly Slot[];
  readonly #numbers: (SlotId | undefined)[] = [];

  constructor(fn: IrFunction) {
    this.#slots = fn.slots;
  }

  use(slot: SlotId): SlotId {
    const known = this.#numbers[slot];
    if (known !== undefined) return known;
    const description = this.#slots[slot];
    if (description === undefined) throw new Error(`there is no slot s${slot}`);
    this.used.push(description);
    return (this.#numbers[slot] = (this.used.length - 1) as SlotId);
  }
}
