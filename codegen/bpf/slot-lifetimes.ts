/**
 * Which slots of a frame are in use together.
 *
 * A slot is alive after an access to it, on some path, as long as one of its bytes may still be read before it is
 * overwritten. Bytes are followed one by one, so that a key that is built anew in each turn of a loop is dead between
 * the turns. Calls that are given an address read everything there; a slot whose address is stored is alive everywhere.
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

/** What an instruction does to slots. */
interface Access {
  /** All that it may touch. */
  readonly slots: BitSet;
  /** The bytes that it is sure to overwrite, without reading them. */
  readonly write: ByteRange | undefined;
  /** The bytes that it reads, when it is known which; undefined: all of `slots`. */
  readonly read: ByteRange | "nothing" | undefined;
}

interface ByteRange {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

/** Helpers that fill the memory of their first argument, as much as the second one says, whatever happens. */
const FILLERS: ReadonlySet<string> = new Set(["probe_read_kernel", "probe_read_user"]);

class SlotLifetimes {
  readonly #graph: Graph;
  readonly #slotCount: number;
  /** Of each slot, the number of its first byte among all; one more at the end. */
  readonly #firstByte: Int32Array;
  /** By value, the slots into which it may point. */
  readonly #pointees: (BitSet | undefined)[] = [];
  /** By value, where exactly it points. */
  readonly #exact: ({ readonly slot: number; readonly offset: number } | undefined)[] = [];
  readonly #constants: (bigint | undefined)[] = [];
  readonly #escaped: BitSet;
  /** By slot, the slots alive together with it. */
  readonly #rows: readonly BitSet[];

  constructor(fn: IrFunction) {
    this.#graph = graphOf(fn);
    this.#slotCount = fn.slots.length;
    this.#firstByte = new Int32Array(fn.slots.length + 1);
    fn.slots.forEach(({ bytes }, at) => (this.#firstByte[at + 1] = (this.#firstByte[at] ?? 0) + bytes));
    this.#escaped = new BitSet(fn.slots.length);
    this.#rows = fn.slots.map(() => new BitSet(fn.slots.length));
  }

  run(): Interference {
    this.#followPointers();
    const accesses = this.#graph.order.map((block) =>
      block.instructions.flatMap((instruction) => this.#accessOf(instruction) ?? []),
    );
    const behind = this.#solveBehind(accesses);
    const ahead = this.#solveAhead(accesses);
    accesses.forEach((list, at) => this.#record(at, list, behind, ahead));
    const rows = this.#rows;
    const isEverywhere = (slot: number): boolean => this.#escaped.has(slot);
    return {
      interfere: (one, other) =>
        isEverywhere(one) || isEverywhere(other) || rows[one]?.has(other) === true || rows[other]?.has(one) === true,
    };
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
      case "const":
        this.#constants[instruction.result] = instruction.value;
        return false;
      case "slot-address":
        this.#exact[instruction.result] = { slot: instruction.slot, offset: 0 };
        return this.#pointeesOf(instruction.result).add(instruction.slot);
      case "alu": {
        if (this.#pointees[instruction.left] === undefined && this.#pointees[instruction.right] === undefined)
          return false;
        this.#exact[instruction.result] = this.#moved(instruction);
        const isLeft = this.#flow(instruction.left, instruction.result);
        return this.#flow(instruction.right, instruction.result) || isLeft;
      }
      case "store": {
        const stored = this.#pointees[instruction.value];
        if (stored !== undefined) this.#escaped.addAll(stored);
        return false;
      }
      default:
        return false;
    }
  }

  /** `pointer + constant` */
  #moved({ alu, left, right }: Extract<Instruction, { op: "alu" }>): { slot: number; offset: number } | undefined {
    const base = this.#exact[left] ?? (alu === "add" ? this.#exact[right] : undefined);
    const by = this.#constants[this.#exact[left] === undefined ? left : right];
    if (base === undefined || by === undefined || (alu !== "add" && alu !== "sub")) return undefined;
    return { slot: base.slot, offset: base.offset + Number(alu === "add" ? by : -by) };
  }

  #flow(from: Value, to: Value): boolean {
    const source = this.#pointees[from];
    return source !== undefined && this.#pointeesOf(to).addAll(source);
  }

  #pointeesOf(value: Value): BitSet {
    return (this.#pointees[value] ??= new BitSet(this.#slotCount));
  }

  // ---- accesses

  #accessOf(instruction: Instruction): Access | undefined {
    if (instruction.op === "alu" || instruction.op === "compare") return undefined;
    let slots: BitSet | undefined;
    for (const operand of operandsOf(instruction)) {
      const pointees = this.#pointees[operand];
      if (pointees === undefined) continue;
      slots ??= new BitSet(this.#slotCount);
      slots.addAll(pointees);
    }
    return slots === undefined ? undefined : { slots, ...this.#effect(instruction) };
  }

  #effect(instruction: Instruction): Pick<Access, "write" | "read"> {
    switch (instruction.op) {
      case "load":
        return { write: undefined, read: this.#range(instruction.pointer, instruction.offset, instruction.bytes) };
      case "store":
        return { write: this.#range(instruction.pointer, instruction.offset, instruction.bytes), read: "nothing" };
      case "zero":
        return { write: this.#range(instruction.to, instruction.toOffset, instruction.bytes), read: "nothing" };
      case "copy": {
        const isFromSlot = this.#pointees[instruction.from] !== undefined;
        const from = isFromSlot ? this.#range(instruction.from, instruction.fromOffset, instruction.bytes) : "nothing";
        return { write: this.#range(instruction.to, instruction.toOffset, instruction.bytes), read: from };
      }
      case "call": {
        const [to, length, ...others] = instruction.args;
        const isFill = FILLERS.has(instruction.helper) && !others.some((arg) => this.#pointees[arg] !== undefined);
        const bytes = length === undefined ? undefined : this.#constants[length];
        if (!isFill || to === undefined || bytes === undefined) return { write: undefined, read: undefined };
        return { write: this.#range(to, 0, Number(bytes)), read: "nothing" };
      }
      default:
        return { write: undefined, read: undefined };
    }
  }

  #range(pointer: Value, offset: number, bytes: number): ByteRange | undefined {
    const exact = this.#exact[pointer];
    if (exact === undefined) return undefined;
    const start = (this.#firstByte[exact.slot] ?? 0) + exact.offset + offset;
    return { slot: exact.slot, start, end: Math.min(start + bytes, this.#firstByte[exact.slot + 1] ?? 0) };
  }

  // ---- lifetimes

  /** By block: slots that were accessed before its end. */
  #solveBehind(accesses: readonly (readonly Access[])[]): readonly BitSet[] {
    const behind = accesses.map((list) => {
      const own = new BitSet(this.#slotCount);
      for (const { slots } of list) own.addAll(slots);
      return own;
    });
    for (let isChanging = true; isChanging;) {
      isChanging = false;
      this.#graph.order.forEach(({ id }, at) => {
        for (const from of this.#graph.predecessors(id)) {
          const before = behind[this.#graph.positionOf(from)];
          if (before !== undefined && behind[at]?.addAll(before) === true) isChanging = true;
        }
      });
    }
    return behind;
  }

  /** By block: bytes that may be read after its start. */
  #solveAhead(accesses: readonly (readonly Access[])[]): readonly BitSet[] {
    const bytes = this.#firstByte[this.#slotCount] ?? 0;
    const ahead = accesses.map(() => new BitSet(bytes));
    for (let isChanging = true; isChanging;) {
      isChanging = false;
      for (let at = accesses.length - 1; at >= 0; at--) {
        const live = this.#liveAfter(at, ahead);
        for (const access of accesses[at]?.toReversed() ?? []) this.#stepBack(access, live);
        if (ahead[at]?.addAll(live) === true) isChanging = true;
      }
    }
    return ahead;
  }

  #liveAfter(at: number, ahead: readonly BitSet[]): BitSet {
    const live = new BitSet(this.#firstByte[this.#slotCount] ?? 0);
    const id = this.#graph.order[at]?.id;
    if (id === undefined) return live;
    for (const to of this.#graph.successors(id)) {
      const after = ahead[this.#graph.positionOf(to)];
      if (after !== undefined) live.addAll(after);
    }
    return live;
  }

  #stepBack({ slots, write, read }: Access, live: BitSet): void {
    if (write !== undefined) live.removeRange(write.start, write.end);
    if (read === "nothing") return;
    if (read !== undefined) live.addRange(read.start, read.end);
    else slots.forEach((slot) => live.addRange(this.#firstByte[slot] ?? 0, this.#firstByte[slot + 1] ?? 0));
  }

  /** At each access, what it touches is alive together with everything that is alive then. */
  #record(at: number, accesses: readonly Access[], behind: readonly BitSet[], ahead: readonly BitSet[]): void {
    if (accesses.length === 0) return;
    const passed = new BitSet(this.#slotCount);
    const id = this.#graph.order[at]?.id;
    for (const from of id === undefined ? [] : this.#graph.predecessors(id)) {
      const before = behind[this.#graph.positionOf(from)];
      if (before !== undefined) passed.addAll(before);
    }
    const alive = this.#aliveAfterEach(accesses, this.#liveAfter(at, ahead));
    accesses.forEach(({ slots }, i) => {
      const together = alive[i];
      if (together === undefined) return;
      together.keepOnly(passed);
      together.addAll(slots);
      slots.forEach((slot) => this.#rows[slot]?.addAll(together));
      passed.addAll(slots);
    });
  }

  /** By access, the slots that have a byte alive after it. */
  #aliveAfterEach(accesses: readonly Access[], live: BitSet): readonly BitSet[] {
    const now = new BitSet(this.#slotCount);
    const update = (slot: number): void =>
      now.set(slot, live.hasAny(this.#firstByte[slot] ?? 0, this.#firstByte[slot + 1] ?? 0));
    for (let slot = 0; slot < this.#slotCount; slot++) update(slot);
    const alive: BitSet[] = [];
    for (let i = accesses.length - 1; i >= 0; i--) {
      const access = accesses[i];
      if (access === undefined) continue;
      alive[i] = now.copy();
      this.#stepBack(access, live);
      access.slots.forEach(update);
    }
    return alive;
  }
}

class BitSet {
  #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  copy(): BitSet {
    const copy = new BitSet(0);
    copy.#words = this.#words.slice();
    return copy;
  }

  set(bit: number, isIn: boolean): void {
    const word = this.#words[bit >>> 5] ?? 0;
    const mask = 1 << (bit & 31);
    this.#words[bit >>> 5] = isIn ? word | mask : word & ~mask;
  }

  has(bit: number): boolean {
    return (((this.#words[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
  }

  /** True when it was not there. */
  add(bit: number): boolean {
    if (this.has(bit)) return false;
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    return true;
  }

  /** True when something was not there. */
  addAll(other: BitSet): boolean {
    let isChanged = false;
    for (let word = 0; word < this.#words.length; word++) {
      const old = this.#words[word] ?? 0;
      const joined = (old | (other.#words[word] ?? 0)) >>> 0;
      if (joined === old) continue;
      this.#words[word] = joined;
      isChanged = true;
    }
    return isChanged;
  }

  keepOnly(other: BitSet): void {
    for (let word = 0; word < this.#words.length; word++)
      this.#words[word] = (this.#words[word] ?? 0) & (other.#words[word] ?? 0);
  }

  addRange(start: number, end: number): void {
    this.#eachWord(start, end, (word, mask) => (this.#words[word] = (this.#words[word] ?? 0) | mask));
  }

  removeRange(start: number, end: number): void {
    this.#eachWord(start, end, (word, mask) => (this.#words[word] = (this.#words[word] ?? 0) & ~mask));
  }

  hasAny(start: number, end: number): boolean {
    let found = 0;
    this.#eachWord(start, end, (word, mask) => (found |= (this.#words[word] ?? 0) & mask));
    return found !== 0;
  }

  forEach(visit: (bit: number) => void): void {
    this.#words.forEach((bits, word) => {
      for (let left = bits; left !== 0; left &= left - 1) visit((word << 5) + (31 - Math.clz32(left & -left)));
    });
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
