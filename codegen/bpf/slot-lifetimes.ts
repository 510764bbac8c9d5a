/**
 * Which slots of a frame are in use together.
 *
 * A slot is alive where an access to it lies behind on some path, and another one ahead. An access is a load or store
 * at an address made from the slot's, or a call that is given one. A slot whose address is stored somewhere is alive
 * everywhere.
 */
import { graphOf, type Graph } from "../ir/graph.js";
import type { Instruction, IrFunction, Value } from "../ir/ir.js";
import { operandsOf, targetsOf } from "../ir/operands.js";

export interface Interference {
  interfere(one: number, other: number): boolean;
}

export function interferenceOf(fn: IrFunction): Interference {
  return new SlotLifetimes(fn).run();
}

class SlotLifetimes {
  readonly #graph: Graph;
  readonly #words: number;
  /** By value, the slots into which it may point: `words` words each. */
  readonly #pointees: Uint32Array;
  readonly #escaped: Uint32Array;
  /** By slot, the slots alive together with it. */
  readonly #rows: Uint32Array;

  constructor(fn: IrFunction) {
    this.#graph = graphOf(fn);
    this.#words = (fn.slots.length + 31) >>> 5;
    this.#pointees = new Uint32Array(this.#words * fn.types.length);
    this.#escaped = new Uint32Array(this.#words);
    this.#rows = new Uint32Array(this.#words * fn.slots.length);
  }

  run(): Interference {
    this.#followPointers();
    const accessed = this.#columns();
    this.#graph.order.forEach((block, at) => {
      for (const instruction of block.instructions) this.#addAccess(accessed, at * this.#words, instruction);
    });
    const behind = this.#reach(accessed, "behind");
    const ahead = this.#reach(accessed, "ahead");
    this.#graph.order.forEach((_, at) => this.#walk(at, behind, ahead));
    const rows = this.#rows;
    const words = this.#words;
    const has = (row: number, bit: number): boolean => (((rows[row * words + (bit >>> 5)] ?? 0) >>> (bit & 31)) & 1) === 1;
    const everywhere = (slot: number): boolean => (((this.#escaped[slot >>> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
    return { interfere: (one, other) => everywhere(one) || everywhere(other) || has(one, other) || has(other, one) };
  }

  #columns(): Uint32Array {
    return new Uint32Array(this.#words * this.#graph.order.length);
  }

  // ---- addresses

  #followPointers(): void {
    for (let isChanging = true; isChanging;) {
      isChanging = false;
      for (const block of this.#graph.order) {
        for (const instruction of block.instructions) if (this.#follow(instruction)) isChanging = true;
        for (const { block: to, args } of targetsOf(block.terminator)) {
          this.#graph.block(to).params.forEach((param, i) => {
            const arg = args[i];
            if (arg !== undefined && this.#flow(arg, param)) isChanging = true;
          });
        }
      }
    }
  }

  #follow(instruction: Instruction): boolean {
    switch (instruction.op) {
      case "slot-address":
        return add(this.#pointees, instruction.result * this.#words, instruction.slot);
      case "alu": {
        const left = this.#flow(instruction.left, instruction.result);
        return this.#flow(instruction.right, instruction.result) || left;
      }
      case "store":
        this.#union(this.#pointees, instruction.value * this.#words, this.#escaped, 0);
        return false;
      default:
        return false;
    }
  }

  #flow(from: Value, to: Value): boolean {
    return this.#union(this.#pointees, from * this.#words, this.#pointees, to * this.#words);
  }

  #union(source: Uint32Array, from: number, target: Uint32Array, to: number): boolean {
    let isChanged = false;
    for (let word = 0; word < this.#words; word++) {
      const old = target[to + word] ?? 0;
      const joined = (old | (source[from + word] ?? 0)) >>> 0;
      if (joined === old) continue;
      target[to + word] = joined;
      isChanged = true;
    }
    return isChanged;
  }

  // ---- lifetimes

  #addAccess(target: Uint32Array, base: number, instruction: Instruction): void {
    if (instruction.op === "alu" || instruction.op === "compare") return;
    for (const operand of operandsOf(instruction)) this.#union(this.#pointees, operand * this.#words, target, base);
  }

  /** Accesses on any path that ends (or starts) at the start (or end) of each block, its own ones included. */
  #reach(accessed: Uint32Array, direction: "behind" | "ahead"): Uint32Array {
    const words = this.#words;
    const reached = accessed.slice();
    const order = this.#graph.order.map((_, at) => at);
    if (direction === "ahead") order.reverse();
    for (let isChanging = true; isChanging;) {
      isChanging = false;
      for (const at of order) {
        const id = this.#graph.order[at]?.id;
        if (id === undefined) continue;
        for (const next of direction === "behind" ? this.#graph.predecessors(id) : this.#graph.successors(id)) {
          if (this.#union(reached, this.#graph.positionOf(next) * words, reached, at * words)) isChanging = true;
        }
      }
    }
    return reached;
  }

  /** From the start of a block to its end, with what is behind growing and what is ahead shrinking. */
  #walk(at: number, behind: Uint32Array, ahead: Uint32Array): void {
    const block = this.#graph.order[at];
    if (block === undefined) return;
    const words = this.#words;
    const { instructions } = block;
    const passed = new Uint32Array(words);
    for (const from of this.#graph.predecessors(block.id)) this.#union(behind, this.#graph.positionOf(from) * words, passed, 0);
    const afterBlock = new Uint32Array(words);
    for (const to of this.#graph.successors(block.id)) this.#union(ahead, this.#graph.positionOf(to) * words, afterBlock, 0);
    const accesses = instructions.map((instruction) => {
      const set = new Uint32Array(words);
      this.#addAccess(set, 0, instruction);
      return set.some((word) => word !== 0) ? set : undefined;
    });
    const aheadOf: Uint32Array[] = [];
    const rest = afterBlock.slice();
    for (let i = instructions.length - 1; i >= 0; i--) {
      const set = accesses[i];
      if (set === undefined) continue;
      this.#union(set, 0, rest, 0);
      aheadOf[i] = rest.slice();
    }
    this.#join(passed, rest);
    accesses.forEach((set, i) => {
      const coming = aheadOf[i];
      if (set === undefined || coming === undefined) return;
      this.#union(set, 0, passed, 0);
      this.#join(passed, coming);
    });
  }

  /** Everything in both sets is alive here, and so together. */
  #join(passed: Uint32Array, coming: Uint32Array): void {
    const alive = passed.map((word, i) => word & (coming[i] ?? 0));
    for (let word = 0; word < this.#words; word++) {
      for (let left = alive[word] ?? 0; left !== 0; left &= left - 1) {
        const slot = (word << 5) + (31 - Math.clz32(left & -left));
        this.#union(alive, 0, this.#rows, slot * this.#words);
      }
    }
  }
}

function add(set: Uint32Array, base: number, bit: number): boolean {
  const word = base + (bit >>> 5);
  const old = set[word] ?? 0;
  set[word] = old | (1 << (bit & 31));
  return set[word] !== old;
}
