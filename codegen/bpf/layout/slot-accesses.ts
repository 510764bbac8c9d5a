/**
 * What instructions do to the slots of a frame: which they may touch, and which bytes they read and overwrite.
 *
 * Calls that are given an address read everything there; a slot whose address is stored may be touched by anything.
 */
import { cell } from "../../column.js";
import type { Graph } from "../../ir/graph.js";
import type { Instruction, IrFunction, Value } from "../../ir/ir.js";
import { operandsOf, targetsOf } from "../../ir/operands.js";

export interface Access {
  /** All that it may touch, without repetition. */
  readonly slots: readonly number[];
  /** The bytes that it is sure to overwrite, without reading them. */
  readonly write: ByteRange | undefined;
  /** The bytes that it reads, when it is known which; undefined: all of `slots`. */
  readonly read: ByteRange | "nothing" | undefined;
}

/** Of one slot. */
export interface ByteRange {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

/** Helpers that fill the memory of their first argument, as much as the second one says, whatever happens. */
const FILLERS: ReadonlySet<string> = new Set(["probe_read_kernel", "probe_read_user"]);

export class SlotAccesses {
  /** Slots whose address is stored. */
  readonly escaped = new Set<number>();
  readonly #graph: Graph;
  readonly #slots: IrFunction["slots"];
  /** By value, the slots into which it may point. */
  readonly #pointees: (readonly number[] | undefined)[] = [];
  /** By value, where exactly it points. */
  readonly #exact: ({ readonly slot: number; readonly offset: number } | undefined)[] = [];
  readonly #constants: (bigint | undefined)[] = [];

  constructor(fn: IrFunction, graph: Graph) {
    this.#graph = graph;
    this.#slots = fn.slots;
    this.#followPointers();
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
        return this.#join(instruction.result, [instruction.slot]);
      case "alu": {
        if (this.#pointees[instruction.left] === undefined && this.#pointees[instruction.right] === undefined)
          return false;
        this.#exact[instruction.result] = this.#moved(instruction);
        const isLeft = this.#flow(instruction.left, instruction.result);
        return this.#flow(instruction.right, instruction.result) || isLeft;
      }
      case "store": {
        const stored = this.#pointees[instruction.value];
        for (const slot of stored ?? []) this.escaped.add(slot);
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
    return source !== undefined && this.#join(to, source);
  }

  /** True when one of the slots is new to the value. */
  #join(value: Value, slots: readonly number[]): boolean {
    const known = this.#pointees[value];
    const isNew = known === undefined || slots.some((slot) => !known.includes(slot));
    if (isNew) this.#pointees[value] = known === undefined ? slots : [...new Set([...known, ...slots])];
    return isNew;
  }

  // ---- accesses

  /** Undefined when it touches no slot. */
  of(instruction: Instruction): Access | undefined {
    if (instruction.op === "alu" || instruction.op === "compare") return undefined;
    let slots: readonly number[] | undefined;
    for (const operand of operandsOf(instruction)) {
      const pointees = this.#pointees[operand];
      if (pointees !== undefined) slots = slots === undefined ? pointees : [...new Set([...slots, ...pointees])];
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
    const start = exact.offset + offset;
    return { slot: exact.slot, start, end: Math.min(start + bytes, cell(this.#slots, exact.slot).bytes) };
  }
}
