/**
 * What belongs to a loop: its blocks, and what uses their values. From there, ways lead out:
 *
 *     ┌▶ header ──▶ body … ──┐      ──▶ a block that needs nothing of the loop: a way out
 *     └──────────────────────┘      ──▶ an end of the program
 */
import {
  dominatorsOf,
  graphOf,
  loopsOf,
  type DominatorTree,
  type Graph,
  type Loop,
  type LoopForest,
} from "../ir/graph.js";
import type { Block, BlockId, Instruction, IrFunction, SlotId, Terminator, Value } from "../ir/ir.js";
import { effectOf, operandsOf, resultOf, targetsOf, terminatorOperandsOf } from "../ir/operands.js";
import { InternalError } from "../internal-error.js";

export type LoopStart = Extract<Terminator, { op: "loop" }>;

/** A loop of the script. */
export interface ScriptLoop {
  readonly loop: Loop;
  readonly start: LoopStart;
}

/** A function and what is known of it. */
export class LoopView {
  readonly fn: IrFunction;
  readonly graph: Graph;
  readonly forest: LoopForest;
  /** Outer ones first. */
  readonly loops: readonly ScriptLoop[];
  readonly #dominators: DominatorTree;
  readonly #byHeader: ReadonlyMap<BlockId, ScriptLoop>;
  readonly #definitions: Definition[] = [];
  /** By value: the other blocks that use it. */
  readonly #users = new Map<Value, BlockId[]>();
  /** By block, the slots whose addresses it makes or uses; and the other way round. */
  readonly #slotsIn = new Map<BlockId, Set<SlotId>>();
  readonly #blocksWith = new Map<SlotId, BlockId[]>();

  constructor(fn: IrFunction) {
    this.fn = fn;
    this.graph = graphOf(fn);
    this.#dominators = dominatorsOf(this.graph);
    this.forest = loopsOf(this.graph, this.#dominators);
    this.loops = this.forest.loops.flatMap((loop) => {
      const { terminator } = this.graph.block(loop.header);
      return terminator.op === "loop" ? [{ loop, start: terminator }] : [];
    });
    this.#byHeader = new Map(this.loops.map((one) => [one.loop.header, one]));
    if (this.loops.length > 0) this.#lookAtValues();
  }

  /** The next loop of the script around one. */
  around({ loop }: ScriptLoop): ScriptLoop | undefined {
    for (let outer = loop.parent; outer !== undefined; outer = outer.parent) {
      const found = this.#byHeader.get(outer.header);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  definitionOf(value: Value): Definition | undefined {
    return this.#definitions[value];
  }

  /** Made again where it is used, rather than handed on. */
  isMadeAgain(value: Value): boolean {
    const instruction = this.#definitions[value]?.instruction;
    if (instruction === undefined) return false;
    if (effectOf(instruction) === "constant") return true;
    return (
      instruction.op === "alu" &&
      this.fn.types[value] === "frame" &&
      operandsOf(instruction).every((v) => this.isMadeAgain(v))
    );
  }

  usersOf(value: Value): readonly BlockId[] {
    return this.#users.get(value) ?? [];
  }

  /** Whose addresses a block makes or uses. */
  slotsIn(block: BlockId): Iterable<SlotId> {
    return this.#slotsIn.get(block) ?? [];
  }

  /** That make or use the address of a slot. */
  blocksWith(slot: SlotId): readonly BlockId[] {
    return this.#blocksWith.get(slot) ?? [];
  }

  /** The header first. What is in none of its blocks uses no value of theirs that cannot be made again. */
  regionOf({ loop }: ScriptLoop): ReadonlySet<BlockId> {
    const region = new Set(loop.blocks);
    // The set grows while it is walked.
    for (const id of region) {
      const block = this.graph.block(id);
      for (const value of definedIn(block)) {
        if (this.isMadeAgain(value)) continue;
        for (const user of this.usersOf(value)) this.#pull(user, loop, region);
      }
      for (const { block: next, args } of targetsOf(block.terminator)) {
        if (region.has(next)) continue;
        const isGiven = args.some((arg) => !this.isMadeAgain(arg) && this.#isIn(arg, region));
        if (isGiven) this.#pull(next, loop, region);
      }
    }
    return region;
  }

  #isIn(value: Value, region: ReadonlySet<BlockId>): boolean {
    const block = this.#definitions[value]?.block;
    return block !== undefined && region.has(block);
  }

  /** With all that lies between. */
  #pull(id: BlockId, { header }: Loop, region: Set<BlockId>): void {
    const work = [id];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      if (region.has(next)) continue;
      if (!this.#dominators.dominates(header, next))
        throw new InternalError("settle", `b${next} of ${this.fn.name} is given a value of the loop at b${header}`);
      region.add(next);
      work.push(...this.graph.predecessors(next));
    }
  }

  #lookAtValues(): void {
    for (const block of this.fn.blocks) {
      for (const param of block.params) this.#definitions[param] = { block: block.id, instruction: undefined };
      for (const instruction of block.instructions) {
        const result = resultOf(instruction);
        if (result !== undefined) this.#definitions[result] = { block: block.id, instruction };
      }
    }
    for (const block of this.fn.blocks) {
      for (const value of usedIn(block)) {
        if (this.#definitions[value]?.block === block.id) continue;
        const users = this.#users.get(value);
        if (users === undefined) this.#users.set(value, [block.id]);
        else if (users.at(-1) !== block.id) users.push(block.id);
      }
    }
    this.#lookAtSlots();
  }

  #lookAtSlots(): void {
    const slotOf = new Map<Value, SlotId>();
    for (const { instructions } of this.graph.order) {
      for (const i of instructions) {
        if (i.op === "slot-address") slotOf.set(i.result, i.slot);
        else if (i.op === "alu" && this.isMadeAgain(i.result)) {
          const slot = slotOf.get(i.left) ?? slotOf.get(i.right);
          if (slot !== undefined) slotOf.set(i.result, slot);
        }
      }
    }
    if (slotOf.size === 0) return;
    for (const block of this.fn.blocks) {
      for (const values of [definedIn(block), usedIn(block)]) {
        for (const value of values) {
          const slot = slotOf.get(value);
          if (slot !== undefined) this.#noteSlot(slot, block.id);
        }
      }
    }
  }

  #noteSlot(slot: SlotId, block: BlockId): void {
    const slots = this.#slotsIn.get(block);
    if (slots?.has(slot) === true) return;
    if (slots === undefined) this.#slotsIn.set(block, new Set([slot]));
    else slots.add(slot);
    const blocks = this.#blocksWith.get(slot);
    if (blocks === undefined) this.#blocksWith.set(slot, [block]);
    else blocks.push(block);
  }
}

/** Parameters of the function have none. */
interface Definition {
  readonly block: BlockId;
  /** Undefined: a parameter of the block. */
  readonly instruction: Instruction | undefined;
}

export function* definedIn({ params, instructions }: Block): Generator<Value> {
  yield* params;
  for (const instruction of instructions) {
    const result = resultOf(instruction);
    if (result !== undefined) yield result;
  }
}

export function* usedIn({ instructions, terminator }: Block): Generator<Value> {
  for (const instruction of instructions) yield* operandsOf(instruction);
  yield* terminatorOperandsOf(terminator);
}
