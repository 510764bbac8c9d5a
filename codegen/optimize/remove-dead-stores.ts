/**
 * Removes writes to stack slots that nobody reads: whole slots that are never read, and bytes that are overwritten before any
 * read or left behind at the end. A `zero` of which only a part is needed shrinks to that part.
 *
 * Between blocks a slot is needed or not as a whole; inside a block byte by byte.
 */
import { cell } from "../column.js";
import type { Block, BlockId, Instruction, IrFunction, SlotId } from "../ir/ir.js";
import { resultOf } from "../ir/operands.js";
import { Regions } from "../ir/region.js";
import type { Access } from "./accesses.js";
import { alignmentAfter } from "./alignment.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import { countUses, withBlocks } from "./blocks.js";
import { effectsOfCall } from "./call-effects.js";
import { memoryFor, type MemoryModel } from "./memory-model.js";
import type { Pass, PassContext } from "./pass.js";
import type { Pointers } from "./pointers.js";

export const removeDeadStores: Pass = {
  name: "remove-dead-stores",
  run: (fn, cx) => (fn.slots.length === 0 ? fn : new StoreRemover(fn, cx).run()),
};

/** An access to a slot that this function alone accesses, clipped to the slot. */
interface SlotAccess {
  readonly access: Access["access"];
  readonly slot: SlotId;
  readonly start: number;
  readonly end: number;
  /** Exactly these bytes, not some of them. */
  readonly isExact: boolean;
}

class StoreRemover {
  readonly #fn: IrFunction;
  readonly #model: MemoryModel;
  readonly #pointers: Pointers;
  readonly #uses: Int32Array;

  constructor(fn: IrFunction, cx: PassContext) {
    this.#fn = fn;
    this.#model = memoryFor(fn, cx.maps);
    this.#pointers = this.#model.pointers;
    this.#uses = countUses(fn);
  }

  run(): IrFunction {
    const accesses = new Map(
      this.#fn.blocks.map((block) => [block.id, block.instructions.map((i) => this.#accesses(i))]),
    );
    const neededAtEnd = this.#neededAtEnd(accesses);
    const blocks = this.#fn.blocks.map((block) =>
      this.#sweep(block, accesses.get(block.id) ?? [], neededAtEnd.get(block.id) ?? NO_SLOTS),
    );
    return withBlocks(this.#fn, blocks);
  }

  #accesses(i: Instruction): readonly SlotAccess[] {
    const all = this.#model.accessesOf(i);
    return all.length === 0 ? NO_ACCESSES : all.flatMap((access) => this.#inSlot(access));
  }

  #inSlot({ access, origin, bytes }: Access): readonly SlotAccess[] {
    const place = this.#pointers.placeInSlot(origin);
    if (place === undefined || this.#pointers.isEscaped(place.slot)) return NO_ACCESSES;
    const { slot, offset } = place;
    const size = cell(this.#fn.slots, slot).bytes;
    if (offset === undefined) return [{ access, slot, start: 0, end: size, isExact: false }];
    const start = Math.max(0, offset);
    const end = bytes === undefined ? size : Math.min(size, offset + bytes);
    return [{ access, slot, start, end, isExact: bytes !== undefined && access === "overwrites" }];
  }

  // ---- between blocks

  /** Slots that may be read after the end of each block before they are overwritten as a whole. */
  #neededAtEnd(accesses: ReadonlyMap<BlockId, readonly (readonly SlotAccess[])[]>): ReadonlyMap<BlockId, Set<SlotId>> {
    const graph = graphFor(this.#fn);
    const atEnd = new Map<BlockId, Set<SlotId>>();
    if (graph.order.length === 1) return atEnd;
    const overwritten = new Map<BlockId, ReadonlySet<SlotId>>();
    const work: { readonly id: BlockId; readonly slot: SlotId }[] = [];
    const starts = this.#startsOf(accesses);
    for (const { id } of graph.order) {
      const { read, written } = this.#firstAccesses(accesses.get(id) ?? []);
      overwritten.set(id, written);
      for (const slot of read) work.push({ id, slot });
    }
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      for (const before of graph.predecessors(item.id)) {
        if (graph.positionOf(before) < (starts.get(item.slot) ?? 0)) continue;
        let needed = atEnd.get(before);
        if (needed === undefined) atEnd.set(before, (needed = new Set()));
        if (needed.has(item.slot)) continue;
        needed.add(item.slot);
        if (overwritten.get(before)?.has(item.slot) !== true) work.push({ id: before, slot: item.slot });
      }
    }
    return atEnd;
  }

  /** By slot, the position of the first block that matters to it. */
  #startsOf(accesses: ReadonlyMap<BlockId, readonly (readonly SlotAccess[])[]>): ReadonlyMap<SlotId, number> {
    const blocks = new Map<SlotId, Set<BlockId>>();
    for (const [id, lists] of accesses) {
      for (const { slot } of lists.flat()) {
        const known = blocks.get(slot);
        if (known === undefined) blocks.set(slot, new Set([id]));
        else known.add(id);
      }
    }
    const regions = new Regions(graphFor(this.#fn), dominatorsFor(this.#fn), loopsFor(this.#fn));
    return new Map([...blocks].map(([slot, ids]) => [slot, regions.startOf(ids)]));
  }

  /** Slots that a block reads before it has overwritten them, and slots that it has overwritten by then. */
  #firstAccesses(accesses: readonly (readonly SlotAccess[])[]): {
    read: ReadonlySet<SlotId>;
    written: ReadonlySet<SlotId>;
  } {
    const read = new Set<SlotId>();
    const written = new Set<SlotId>();
    const covered = new Map<SlotId, SlotBytes>();
    for (const touched of accesses) {
      for (const { access, slot, start, end, isExact } of touched) {
        if (read.has(slot) || written.has(slot)) continue;
        const bytes = covered.get(slot) ?? new SlotBytes(cell(this.#fn.slots, slot).bytes, false);
        covered.set(slot, bytes);
        if (access === "reads" && !bytes.hasAll(start, end)) read.add(slot);
        if (!isExact) continue;
        bytes.set(start, end, true);
        if (bytes.hasAll(0, bytes.size)) written.add(slot);
      }
    }
    return { read, written };
  }

  // ---- inside a block

  #sweep(block: Block, accesses: readonly (readonly SlotAccess[])[], neededAtEnd: ReadonlySet<SlotId>): Block {
    const needed = new Map<SlotId, SlotBytes>();
    const bytesOf = (slot: SlotId): SlotBytes => {
      let bytes = needed.get(slot);
      if (bytes === undefined) {
        needed.set(slot, (bytes = new SlotBytes(cell(this.#fn.slots, slot).bytes, neededAtEnd.has(slot))));
      }
      return bytes;
    };
    const kept: Instruction[] = [];
    for (let at = block.instructions.length - 1; at >= 0; at--) {
      const instruction = block.instructions[at];
      if (instruction === undefined) continue;
      const touched = accesses[at] ?? NO_ACCESSES;
      const smaller = this.#shrink(instruction, touched, bytesOf);
      if (smaller === undefined) continue;
      kept.push(smaller);
      for (const { slot, start, end, isExact } of touched) if (isExact) bytesOf(slot).set(start, end, false);
      for (const { access, slot, start, end } of touched) if (access === "reads") bytesOf(slot).set(start, end, true);
    }
    const isSame =
      kept.length === block.instructions.length && kept.every((i, at) => i === block.instructions.at(-1 - at));
    return isSame ? block : { ...block, instructions: kept.reverse() };
  }

  /** The instruction as far as what it writes is needed; undefined when nothing is. */
  #shrink(
    i: Instruction,
    touched: readonly SlotAccess[],
    bytesOf: (slot: SlotId) => SlotBytes,
  ): Instruction | undefined {
    const writes = touched.filter(({ access }) => access !== "reads");
    const [write] = writes;
    if (write === undefined || !this.#doesNothingElse(i, writes)) return i;
    const isNeeded = writes.some(({ slot, start, end }) => bytesOf(slot).hasAny(start, end));
    if (!isNeeded) return undefined;
    return i.op === "zero" && write.isExact ? shrinkZero(i, write, bytesOf(write.slot)) : i;
  }

  /** Beyond writing to these slots. */
  #doesNothingElse(i: Instruction, writes: readonly SlotAccess[]): boolean {
    const result = resultOf(i);
    if (result !== undefined && this.#uses[result] !== 0) return false;
    switch (i.op) {
      case "store":
      case "zero":
      case "copy":
      case "atomic-add":
      case "atomic-fetch-add":
      case "atomic-claim":
        return true;
      case "call": {
        const effects = effectsOfCall(i);
        return effects.onlyWrites && effects.memory.filter(({ access }) => access !== "reads").length === writes.length;
      }
      default:
        return false;
    }
  }
}

const NO_ACCESSES: readonly SlotAccess[] = [];
const NO_SLOTS: ReadonlySet<SlotId> = new Set();

function shrinkZero(
  i: Extract<Instruction, { op: "zero" }>,
  { start, end }: SlotAccess,
  needed: SlotBytes,
): Instruction {
  let [first, last] = [start, end];
  while (!needed.hasAny(first, first + 1)) first++;
  while (!needed.hasAny(last - 1, last)) last--;
  if (first === start && last === end) return i;
  // The access was clipped to the slot, so that its start is the instruction's own.
  const toOffset = i.toOffset + first - start;
  return { ...i, toOffset, bytes: last - first, align: alignmentAfter(i.align, first - start) };
}

/** A flag for each byte of a slot. */
class SlotBytes {
  readonly #flags: Uint8Array;

  constructor(bytes: number, isSet: boolean) {
    this.#flags = new Uint8Array(bytes).fill(isSet ? 1 : 0);
  }

  get size(): number {
    return this.#flags.length;
  }

  set(start: number, end: number, isSet: boolean): void {
    this.#flags.fill(isSet ? 1 : 0, start, end);
  }

  hasAny(start: number, end: number): boolean {
    return this.#flags.subarray(start, end).includes(1);
  }

  hasAll(start: number, end: number): boolean {
    return !this.#flags.subarray(start, end).includes(0);
  }
}
