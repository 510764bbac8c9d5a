/**
 * Which slots of a frame are in use together.
 *
 * A slot is alive after an access to it, on some path, as long as one of its bytes may still be read before it is
 * overwritten. Bytes are followed one by one, so that a key that is built anew in each turn of a loop is dead between
 * the turns. A slot whose address is stored is alive everywhere.
 *
 * Accesses are numbered in the order of their blocks. Each slot is followed through the blocks in which it is alive and
 * no others, so the work is that of the result.
 */
import { cell } from "../../column.js";
import { graphOf, type Graph } from "../../ir/graph.js";
import type { IrFunction } from "../../ir/ir.js";
import { Regions } from "../../ir/region.js";
import { type Access, SlotAccesses } from "./slot-accesses.js";

export interface Interference {
  /** Slots that are in use together with a slot. */
  neighboursOf(slot: number): ReadonlySet<number>;
}

/** @returns undefined when more than `limit` bytes are in use together */
export function interferenceOf(fn: IrFunction, limit: number): Interference | undefined {
  return new SlotLifetimes(fn).run(limit);
}

interface Numbered {
  readonly number: number;
  readonly access: Access;
}

class SlotLifetimes {
  readonly #graph: Graph;
  readonly #regions: Regions;
  readonly #slots: IrFunction["slots"];
  readonly #escaped: ReadonlySet<number>;
  /** By number. */
  readonly #accesses: Access[] = [];
  /** By position of the block, the number of its first access; one more at the end. */
  readonly #firstAccess: number[] = [];
  /** By slot and position of the block: the accesses that touch the slot there. */
  readonly #touching: Map<number, Numbered[]>[];

  constructor(fn: IrFunction) {
    this.#graph = graphOf(fn);
    this.#regions = new Regions(this.#graph);
    this.#slots = fn.slots;
    this.#touching = fn.slots.map(() => new Map<number, Numbered[]>());
    const accesses = new SlotAccesses(fn, this.#graph);
    this.#escaped = accesses.escaped;
    this.#graph.order.forEach(({ instructions }, at) => {
      this.#firstAccess.push(this.#accesses.length);
      for (const instruction of instructions) {
        const access = accesses.of(instruction);
        if (access !== undefined) this.#add(access, at);
      }
    });
    this.#firstAccess.push(this.#accesses.length);
  }

  #add(access: Access, at: number): void {
    const numbered = { number: this.#accesses.length, access };
    this.#accesses.push(access);
    for (const slot of access.slots) {
      const blocks = this.#touching[slot];
      const known = blocks?.get(at);
      if (known === undefined) blocks?.set(at, [numbered]);
      else known.push(numbered);
    }
  }

  run(limit: number): Interference | undefined {
    const starting: number[][] = [];
    const ending: number[][] = [];
    this.#slots.forEach((_, slot) => {
      for (const { first, last } of this.#lifeOf(slot)) {
        (starting[first] ??= []).push(slot);
        (ending[last] ??= []).push(slot);
      }
    });
    return this.#meet(starting, ending, limit);
  }

  /** Goes through all accesses with the slots that are alive: each that an access touches meets all of these. */
  #meet(starting: readonly number[][], ending: readonly number[][], limit: number): Interference | undefined {
    const neighbours = this.#slots.map(() => new Set<number>());
    const alive = new Map<number, number>();
    let bytes = 0;
    const isOverfull = this.#accesses.some(({ slots }, number) => {
      for (const slot of starting[number] ?? []) {
        const times = alive.get(slot) ?? 0;
        alive.set(slot, times + 1);
        if (times === 0) bytes += cell(this.#slots, slot).bytes;
      }
      if (bytes > limit) return true;
      for (const slot of slots) for (const other of alive.keys()) meet(neighbours, slot, other);
      for (const slot of ending[number] ?? []) {
        const times = alive.get(slot) ?? 0;
        if (times > 1) alive.set(slot, times - 1);
        else if (alive.delete(slot)) bytes -= cell(this.#slots, slot).bytes;
      }
      return false;
    });
    if (isOverfull) return undefined;
    for (const slot of this.#escaped) this.#slots.forEach((_, other) => meet(neighbours, slot, other));
    return { neighboursOf: (slot) => neighbours[slot] ?? NONE };
  }

  // ---- the life of one slot

  /** Runs of numbers of accesses that touch the slot, or while which it is alive after it was touched. */
  #lifeOf(slot: number): readonly Run[] {
    const blocks = this.#touching[slot];
    if (blocks === undefined || blocks.size === 0) return [];
    const ahead = this.#bytesAhead(slot, blocks);
    const behind = this.#touchedBehind(blocks, ahead);
    const runs: Run[] = [];
    for (const at of behind) {
      const [first, next] = [cell(this.#firstAccess, at), cell(this.#firstAccess, at + 1)];
      if (!blocks.has(at) && first < next) runs.push({ first, last: next - 1 });
    }
    for (const [at, touching] of blocks) runs.push(...this.#lifeWithin(slot, at, touching, ahead, behind.has(at)));
    return runs;
  }

  /** By position of the block, bytes of the slot that may be read after its start. */
  #bytesAhead(slot: number, blocks: ReadonlyMap<number, readonly Numbered[]>): ReadonlyMap<number, BitSet> {
    const ahead = new Map<number, BitSet>();
    const start = this.#regions.startOf([...blocks.keys()].flatMap((at) => this.#graph.order[at]?.id ?? []));
    const work = [...blocks.keys()];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      const live = this.#liveAtEnd(slot, at, ahead);
      for (const { access } of blocks.get(at)?.toReversed() ?? []) stepBack(access, slot, live);
      if (live.isEmpty) continue;
      const known = ahead.get(at);
      if (known === undefined) ahead.set(at, live);
      else if (!known.addAll(live)) continue;
      const block = this.#graph.order[at];
      for (const from of block === undefined ? [] : this.#graph.predecessors(block.id)) {
        const before = this.#graph.positionOf(from);
        if (before >= start) work.push(before);
      }
    }
    return ahead;
  }

  #liveAtEnd(slot: number, at: number, ahead: ReadonlyMap<number, BitSet>): BitSet {
    const live = new BitSet(cell(this.#slots, slot).bytes);
    for (const to of this.#successorsOf(at)) {
      const after = ahead.get(to);
      if (after !== undefined) live.addAll(after);
    }
    return live;
  }

  /** Positions of blocks at whose start the slot is alive and was touched before. Where it is dead in between, it is touched again. */
  #touchedBehind(
    blocks: ReadonlyMap<number, readonly Numbered[]>,
    ahead: ReadonlyMap<number, BitSet>,
  ): ReadonlySet<number> {
    const behind = new Set<number>();
    const work = [...blocks.keys()];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      for (const to of this.#successorsOf(at)) {
        if (behind.has(to) || !ahead.has(to)) continue;
        behind.add(to);
        if (!blocks.has(to)) work.push(to);
      }
    }
    return behind;
  }

  #lifeWithin(
    slot: number,
    at: number,
    touching: readonly Numbered[],
    ahead: ReadonlyMap<number, BitSet>,
    isTouchedBefore: boolean,
  ): readonly Run[] {
    const live = this.#liveAtEnd(slot, at, ahead);
    const runs: Run[] = [];
    let end = cell(this.#firstAccess, at + 1);
    for (const { number, access } of touching.toReversed()) {
      runs.push({ first: number, last: live.isEmpty ? number : end - 1 });
      stepBack(access, slot, live);
      end = number;
    }
    const first = cell(this.#firstAccess, at);
    if (isTouchedBefore && !live.isEmpty && first < end) runs.push({ first, last: end - 1 });
    return runs;
  }

  #successorsOf(at: number): readonly number[] {
    const block = this.#graph.order[at];
    return block === undefined ? [] : this.#graph.successors(block.id).map((id) => this.#graph.positionOf(id));
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Both ends belong to it. */
interface Run {
  readonly first: number;
  readonly last: number;
}

function meet(neighbours: readonly Set<number>[], one: number, other: number): void {
  if (one === other) return;
  neighbours[one]?.add(other);
  neighbours[other]?.add(one);
}

/** From what is live behind the access to what is before it. */
function stepBack({ write, read }: Access, slot: number, live: BitSet): void {
  if (write?.slot === slot) live.removeRange(write.start, write.end);
  if (read === "nothing") return;
  if (read === undefined) live.addRange(0, live.size);
  else if (read.slot === slot) live.addRange(read.start, read.end);
}

class BitSet {
  readonly size: number;
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.size = size;
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  /** True when something was not there. */
  addAll(other: BitSet): boolean {
    let isChanged = false;
    for (let word = 0; word < this.#words.length; word++) {
      const old = cell(this.#words, word);
      const joined = (old | cell(other.#words, word)) >>> 0;
      if (joined === old) continue;
      this.#words[word] = joined;
      isChanged = true;
    }
    return isChanged;
  }

  addRange(start: number, end: number): void {
    this.#eachWord(start, end, (word, mask) => (this.#words[word] = cell(this.#words, word) | mask));
  }

  removeRange(start: number, end: number): void {
    this.#eachWord(start, end, (word, mask) => (this.#words[word] = cell(this.#words, word) & ~mask));
  }

  #eachWord(start: number, end: number, visit: (word: number, mask: number) => void): void {
    for (let at = start; at < end;) {
      const word = at >>> 5;
      const stop = Math.min(end, (word + 1) << 5);
      const count = stop - at;
      visit(word, count === 32 ? -1 : ((1 << count) - 1) << (at & 31));
      at = stop;
    }
  }
}
