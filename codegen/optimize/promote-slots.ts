/**
 * Turns stack slots that are only loaded and stored as whole words into SSA values: scalar variables.
 *
 * A block in which different stores meet gets a parameter for the slot (the iterated dominance frontier of the
 * stores, as far as the slot is live there); then one walk down the dominator tree replaces loads by the value
 * that was stored last. What is read before any store is 0.
 */
import { type Graph, type DominatorTree, walkDominators } from "../ir/graph.js";
import type { Block, BlockId, Instruction, IrFunction, SlotId, Target, Terminator, Value } from "../ir/ir.js";
import { operandsOf, terminatorOperandsOf } from "../ir/operands.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import type { Pass } from "./pass.js";
import { ScopedMap } from "./scoped-map.js";
import { Substitution, Values } from "./substitution.js";

export const promoteSlots: Pass["run"] = (fn) => {
  const slots = promotable(fn);
  return slots.size === 0 ? fn : new Promotion(fn, slots).run();
};

const WORD_BYTES = 8;

/** Slots of a word whose address is used by whole loads and stores of integers alone. */
function promotable(fn: IrFunction): ReadonlySet<SlotId> {
  const slotOf = addresses(fn);
  const candidates = new Set<SlotId>([...slotOf.values()].filter((slot) => fn.slots[slot]?.bytes === WORD_BYTES));
  if (candidates.size === 0) return candidates;
  const reject = (value: Value): void => {
    const slot = slotOf.get(value);
    if (slot !== undefined) candidates.delete(slot);
  };
  for (const block of fn.blocks) {
    for (const i of block.instructions) {
      if (i.op === "load" && isWord(i) && !i.isVolatile) continue;
      if (i.op === "store" && isWord(i)) {
        reject(i.value);
        if (fn.types[i.value] !== "int") reject(i.pointer);
        continue;
      }
      for (const operand of operandsOf(i)) reject(operand);
    }
    for (const operand of terminatorOperandsOf(block.terminator)) reject(operand);
  }
  return candidates;
}

const isWord = (i: { readonly offset: number; readonly bytes: number }): boolean =>
  i.offset === 0 && i.bytes === WORD_BYTES;

function addresses(fn: IrFunction): ReadonlyMap<Value, SlotId> {
  const slotOf = new Map<Value, SlotId>();
  for (const block of fn.blocks) {
    for (const i of block.instructions) if (i.op === "slot-address") slotOf.set(i.result, i.slot);
  }
  return slotOf;
}

class Promotion {
  readonly #fn: IrFunction;
  readonly #slots: ReadonlySet<SlotId>;
  readonly #slotOf: ReadonlyMap<Value, SlotId>;
  readonly #graph: Graph;
  readonly #dominators: DominatorTree;
  readonly #values: Values;
  readonly #substitution = new Substitution();
  /** By block: the slots it has parameters for, and these. */
  readonly #params = new Map<BlockId, Map<SlotId, Value>>();
  readonly #rewritten = new Map<BlockId, Block>();
  #zero: Value | undefined;

  constructor(fn: IrFunction, slots: ReadonlySet<SlotId>) {
    this.#fn = fn;
    this.#slots = slots;
    this.#slotOf = addresses(fn);
    this.#graph = graphFor(fn);
    this.#dominators = dominatorsFor(fn);
    this.#values = new Values(fn);
  }

  run(): IrFunction {
    this.#placeParams();
    this.#rename();
    const blocks = this.#fn.blocks.flatMap((block) => {
      const rewritten = this.#rewritten.get(block.id);
      return rewritten === undefined ? [] : [this.#substitution.apply(rewritten)];
    });
    return { ...this.#fn, blocks: this.#withZero(blocks), types: this.#values.types };
  }

  // ---- where stores meet

  #placeParams(): void {
    const frontiers = frontiersOf(this.#graph, this.#dominators);
    const { stores, reads } = this.#accesses();
    for (const [slot, storing] of stores) {
      const reading = reads.get(slot);
      if (reading === undefined) continue;
      let liveIn: ReadonlySet<BlockId> | undefined;
      const work = [...storing];
      for (let id = work.pop(); id !== undefined; id = work.pop()) {
        for (const meet of frontiers[id] ?? NO_BLOCKS) {
          liveIn ??= this.#liveIn(reading, storing);
          if (!liveIn.has(meet)) continue;
          let params = this.#params.get(meet);
          if (params === undefined) this.#params.set(meet, (params = new Map()));
          if (params.has(slot)) continue;
          params.set(slot, this.#values.add("int"));
          work.push(meet);
        }
      }
    }
  }

  /** By slot: the blocks that store to it, and those that may load it before they do. */
  #accesses(): { readonly stores: BlocksBySlot; readonly reads: BlocksBySlot } {
    const stores = new Map<SlotId, Set<BlockId>>();
    const reads = new Map<SlotId, Set<BlockId>>();
    for (const { id, instructions } of this.#graph.order) {
      for (const i of instructions) {
        const slot = i.op === "load" || i.op === "store" ? this.#slotOf.get(i.pointer) : undefined;
        if (slot === undefined || !this.#slots.has(slot)) continue;
        if (i.op === "store") addBlock(stores, slot, id);
        else if (stores.get(slot)?.has(id) !== true) addBlock(reads, slot, id);
      }
    }
    return { stores, reads };
  }

  /** The blocks at whose start a slot holds what will be loaded: the work is that of the result. */
  #liveIn(reading: ReadonlySet<BlockId>, storing: ReadonlySet<BlockId>): ReadonlySet<BlockId> {
    const live = new Set(reading);
    // The set grows while it is walked.
    for (const id of live)
      for (const before of this.#graph.predecessors(id)) if (!storing.has(before)) live.add(before);
    return live;
  }

  // ---- down the dominator tree

  /** What each slot holds; a block starts with what its dominator ended with. */
  #rename(): void {
    const current = new ScopedMap<SlotId, Value>();
    walkDominators(this.#graph, this.#dominators.children, {
      enter: (id) => {
        current.open();
        const block = this.#graph.block(id);
        const params = this.#params.get(id);
        for (const [slot, param] of params ?? []) current.set(slot, param);
        this.#rewritten.set(id, {
          ...block,
          params: [...block.params, ...(params?.values() ?? [])],
          instructions: block.instructions.filter((i) => this.#keeps(i, current)),
          terminator: this.#passOn(block.terminator, current),
        });
      },
      leave: () => current.close(),
    });
  }

  #keeps(i: Instruction, current: ScopedMap<SlotId, Value>): boolean {
    if (i.op === "slot-address") return !this.#slots.has(i.slot);
    if (i.op !== "load" && i.op !== "store") return true;
    const slot = this.#slotOf.get(i.pointer);
    if (slot === undefined || !this.#slots.has(slot)) return true;
    if (i.op === "store") current.set(slot, this.#substitution.resolve(i.value));
    else this.#substitution.replace(i.result, current.get(slot) ?? this.#zeroValue());
    return false;
  }

  #passOn(terminator: Terminator, current: ScopedMap<SlotId, Value>): Terminator {
    const extend = (target: Target): Target => {
      const params = this.#params.get(target.block);
      if (params === undefined) return target;
      const added = [...params.keys()].map((slot) => current.get(slot) ?? this.#zeroValue());
      return { ...target, args: [...target.args, ...added] };
    };
    switch (terminator.op) {
      case "jump":
        return { ...terminator, target: extend(terminator.target) };
      case "branch":
        return { ...terminator, then: extend(terminator.then), otherwise: extend(terminator.otherwise) };
      case "may-goto":
        return { ...terminator, next: extend(terminator.next), exhausted: extend(terminator.exhausted) };
      case "loop":
      case "exit":
        return terminator;
    }
  }

  #zeroValue(): Value {
    this.#zero ??= this.#values.add("int");
    return this.#zero;
  }

  #withZero(blocks: readonly Block[]): readonly Block[] {
    const [entry, ...rest] = blocks;
    if (this.#zero === undefined || entry === undefined) return blocks;
    const zero: Instruction = { op: "const", result: this.#zero, value: 0n, span: undefined };
    return [{ ...entry, instructions: [zero, ...entry.instructions] }, ...rest];
  }
}

type BlocksBySlot = ReadonlyMap<SlotId, ReadonlySet<BlockId>>;

function addBlock(to: Map<SlotId, Set<BlockId>>, slot: SlotId, id: BlockId): void {
  const blocks = to.get(slot);
  if (blocks === undefined) to.set(slot, new Set([id]));
  else blocks.add(id);
}

const NO_BLOCKS: readonly BlockId[] = [];

/**
 * By block: where its dominance ends (Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm). Once a walk meets a block
 * that has the frontier already, all above it have it.
 */
function frontiersOf(graph: Graph, dominators: DominatorTree): readonly (readonly BlockId[] | undefined)[] {
  const frontiers: BlockId[][] = [];
  for (const { id } of graph.order) {
    const predecessors = graph.predecessors(id);
    if (predecessors.length < 2) continue;
    const stop = dominators.parent(id);
    for (const predecessor of predecessors) {
      for (let at: BlockId | undefined = predecessor; at !== undefined && at !== stop; at = dominators.parent(at)) {
        const frontier = (frontiers[at] ??= []);
        if (frontier.at(-1) === id) break;
        frontier.push(id);
      }
    }
  }
  return frontiers;
}
