/** A function while its blocks are changed. */
import { cell } from "../column.js";
import { graphOf } from "../ir/graph.js";
import type { Block, BlockId, Instruction, IrFunction, Slot, SlotId, Target, Value, ValueType } from "../ir/ir.js";
import { mapOperands, mapTargets, mapTerminatorOperands } from "../ir/operands.js";

export class Rewriting {
  readonly #fn: IrFunction;
  readonly #blocks: Map<BlockId, Block>;
  readonly #types: ValueType[];
  readonly #slots: Slot[];
  #nextId: number;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#blocks = new Map(fn.blocks.map((block) => [block.id, block]));
    this.#types = [...fn.types];
    this.#slots = [...fn.slots];
    this.#nextId = 1 + fn.blocks.reduce((most, { id }) => Math.max(most, id), 0);
  }

  newId(): BlockId {
    return this.#nextId++ as BlockId;
  }

  newValue(type: ValueType): Value {
    return (this.#types.push(type) - 1) as Value;
  }

  newSlot(slot: Slot): SlotId {
    return (this.#slots.push(slot) - 1) as SlotId;
  }

  setHome(slot: SlotId, home: Slot["home"]): void {
    this.#slots[slot] = { ...this.slot(slot), home };
  }

  slot(id: SlotId): Slot {
    return cell(this.#slots, id);
  }

  typeOf(value: Value): ValueType {
    return this.#types[value] ?? "int";
  }

  block(id: BlockId): Block {
    const block = this.#blocks.get(id);
    if (block === undefined) throw new RangeError(`no block b${id}`);
    return block;
  }

  put(block: Block): void {
    this.#blocks.set(block.id, block);
  }

  remove(id: BlockId): void {
    this.#blocks.delete(id);
  }

  redirect(id: BlockId, by: (target: Target) => Target): void {
    const block = this.block(id);
    this.put({ ...block, terminator: mapTargets(block.terminator, by) });
  }

  /** Without what nothing leads to any more. */
  finish(): IrFunction {
    const fn = { ...this.#fn, blocks: [...this.#blocks.values()], types: this.#types, slots: this.#slots };
    const graph = graphOf(fn);
    return { ...fn, blocks: fn.blocks.filter(({ id }) => graph.isReachable(id)) };
  }
}

interface Renaming {
  readonly value: (value: Value) => Value;
  readonly target: (target: Target) => Target;
  readonly slot?: (slot: SlotId) => SlotId;
}

/** The block with other names; `target` is given targets whose arguments have been renamed. */
export function renamed(block: Block, id: BlockId, { value, target, slot }: Renaming): Block {
  const rename = (i: Instruction): Instruction => {
    const mapped = mapOperands(i, value);
    const placed = mapped.op === "slot-address" && slot !== undefined ? { ...mapped, slot: slot(mapped.slot) } : mapped;
    return "result" in placed ? { ...placed, result: value(placed.result) } : placed;
  };
  return {
    id,
    params: block.params.map(value),
    instructions: block.instructions.map(rename),
    terminator: mapTargets(mapTerminatorOperands(block.terminator, value), target),
  };
}
