/**
 * Live ranges and uses of virtual registers.
 *
 * Instructions are numbered through the whole function in layout order; every block starts with a number of its own,
 * its label, where its parameters are defined. Instruction `i` has two points: at `2i` it reads its operands, at
 * `2i + 1` it writes its result. A range `[from, to)` holds the points at which a value must be somewhere.
 *
 *     5: r = a + b     a is read at 10, b (a late operand) must outlive the write: its range ends at 12
 *                      r starts at 11: it may share a's register, but not b's
 *
 * A call writes r0 to r5 at `2i + 1`. What it returns is a value from `2i + 2` on.
 */
import { cell } from "../../column.js";
import { BlockLiveness } from "./block-liveness.js";
import { HINT_NONE, RETURN_REGISTER, FIRST_ARGUMENT } from "../machine/registers.js";
import {
  FORMS,
  NONE,
  isAnywhere,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type VirtualRegister,
} from "../machine/machine.js";
import { OPERATION_MASK, CLASS_MASK, CLASS } from "../../kernel/opcodes.js";
import { ALU } from "../../kernel/operations.js";

/** How a value is used: bits of `useKind`. */
export const USE = { register: 1, anywhere: 2, definition: 4 } as const;

export interface Liveness {
  readonly fn: MachineFunction;
  /** Of each block, the number of its label; one more at the end. */
  readonly labels: Int32Array;
  /** By instruction number; undefined at labels. */
  readonly instructions: readonly (MachineInstruction | undefined)[];
  /** Numbers of calls, ascending. */
  readonly calls: readonly number[];
  /** Ranges of a register in ascending order, as linked lists: `firstRange[register]`, then `nextRange`. */
  readonly firstRange: Int32Array;
  readonly ranges: LinkedRanges;
  readonly firstUse: Int32Array;
  readonly uses: LinkedUses;
  isLiveIn(block: number, register: VirtualRegister): boolean;
}

/** Growing columns; `next` is -1 at the end of a list. */
export class LinkedRanges {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly next: number[] = [];
}

export class LinkedUses {
  readonly at: number[] = [];
  readonly kind: number[] = [];
  /** The real register that would save a move, or HINT_NONE. */
  readonly hint: number[] = [];
  readonly weight: number[] = [];
  readonly next: number[] = [];
}

/** How much more often code runs for each loop around it. */
const LOOP_WEIGHTS: readonly number[] = [1, 8, 64, 512];
const DEEPEST_WEIGHT = 4096;
const COLD_WEIGHT = 1 / 8;

/** Weights of uses: a value on the stack costs a load for one that needs a register, less where a move would be needed anyway. */
const REGISTER_WEIGHT = 4;
const ANYWHERE_WEIGHT = 1;

export function livenessOf(fn: MachineFunction): Liveness {
  return new LivenessBuilder(fn).build();
}

class LivenessBuilder {
  readonly #fn: MachineFunction;
  readonly #labels: Int32Array;
  readonly #instructions: (MachineInstruction | undefined)[] = [];
  readonly #calls: number[] = [];
  readonly #firstRange: Int32Array;
  readonly #ranges = new LinkedRanges();
  readonly #firstUse: Int32Array;
  readonly #uses = new LinkedUses();
  readonly #blocks: BlockLiveness;
  /** By register: one more than the block in which the scan has found it live. */
  readonly #liveIn: Int32Array;
  /** The block that is being scanned. */
  #now = 0;

  constructor(fn: MachineFunction) {
    this.#fn = fn;
    this.#labels = new Int32Array(fn.blocks.length + 1);
    this.#firstRange = new Int32Array(fn.registerCount).fill(-1);
    this.#firstUse = new Int32Array(fn.registerCount).fill(-1);
    this.#liveIn = new Int32Array(fn.registerCount);
    this.#blocks = new BlockLiveness(fn.blocks, fn.registerCount, (block, read, write) => {
      this.#visit(block, read, write);
    });
  }

  build(): Liveness {
    this.#number();
    this.#blocks.eachFromLast((block, live) => this.#scan(block, live));
    this.#defineParams(this.#fn.params);
    return {
      fn: this.#fn,
      labels: this.#labels,
      instructions: this.#instructions,
      calls: this.#calls,
      firstRange: this.#firstRange,
      ranges: this.#ranges,
      firstUse: this.#firstUse,
      uses: this.#uses,
      isLiveIn: (block, register) => this.#blocks.isLiveIn(block, register),
    };
  }

  #number(): void {
    this.#fn.blocks.forEach((block, at) => {
      this.#labels[at] = this.#instructions.length;
      this.#instructions.push(undefined);
      for (const instruction of block.instructions) {
        if (instruction.form === "call") this.#calls.push(this.#instructions.length);
        this.#instructions.push(instruction);
      }
    });
    this.#labels[this.#fn.blocks.length] = this.#instructions.length;
  }

  /** What a block reads and writes, in order. */
  #visit(
    block: MachineBlock,
    read: (register: VirtualRegister) => void,
    write: (register: VirtualRegister) => void,
  ): void {
    for (const param of block.params) write(param);
    for (const instruction of block.instructions) {
      if (this.#isRealUse(instruction.a, FORMS[instruction.form].aAnywhere)) read(instruction.a);
      if (instruction.b !== NONE) read(instruction.b);
      for (const arg of instruction.args) if (this.#isRealUse(arg, true)) read(arg);
      if (instruction.def !== NONE) write(instruction.def);
    }
  }

  /** Where a material may come from anywhere it is made again: such a use does not keep a register alive. */
  #isRealUse(register: VirtualRegister, anywhere: boolean): boolean {
    return register !== NONE && !(anywhere && this.#fn.materials[register] !== undefined);
  }

  // ---- ranges and uses, from the last instruction to the first

  #scan(at: number, live: readonly VirtualRegister[]): void {
    this.#now = at;
    const block = this.#fn.blocks[at];
    if (block === undefined) return;
    const label = cell(this.#labels, at);
    const end = cell(this.#labels, at + 1);
    const weight = (LOOP_WEIGHTS[block.loopDepth] ?? DEEPEST_WEIGHT) * (block.isCold ? COLD_WEIGHT : 1);
    for (const register of live) {
      this.#setLive(register);
      this.#addRange(register, label * 2, end * 2);
    }
    for (let number = end - 1; number > label; number--) {
      const instruction = this.#instructions[number];
      if (instruction !== undefined) this.#scanInstruction(instruction, number, label * 2, weight);
    }
    for (const param of block.params) {
      this.#define(param, label * 2, label * 2);
      this.#use(param, label * 2, USE.anywhere | USE.definition, HINT_NONE, weight * ANYWHERE_WEIGHT);
    }
  }

  #isLive(register: VirtualRegister): boolean {
    return this.#liveIn[register] === this.#now + 1;
  }

  #setLive(register: VirtualRegister): void {
    this.#liveIn[register] = this.#now + 1;
  }

  #scanInstruction(instruction: MachineInstruction, number: number, start: number, weight: number): void {
    const { bLate, defEarly } = FORMS[instruction.form];
    const early = number * 2;
    const isCall = instruction.form === "call";
    const { def } = instruction;
    if (def !== NONE) {
      this.#define(def, isCall ? early + 2 : early + (defEarly ? 0 : 1), start);
      const kind = USE.definition | (isCall ? USE.anywhere : USE.register);
      const hint = isCall ? RETURN_REGISTER : HINT_NONE;
      this.#use(
        def,
        isCall ? early + 2 : early + (defEarly ? 0 : 1),
        kind,
        hint,
        weight * (isCall ? ANYWHERE_WEIGHT : REGISTER_WEIGHT),
      );
    }
    if (instruction.form === "alu") this.#preferDying(instruction);
    instruction.args.forEach((arg, i) => {
      if (!this.#isRealUse(arg, true)) return;
      const hint = isCall ? FIRST_ARGUMENT + i : instruction.form === "exit" ? RETURN_REGISTER : HINT_NONE;
      this.#read(arg, start, early, early + 1, USE.anywhere, hint, weight * ANYWHERE_WEIGHT);
    });
    const { a, b, isSymmetric } = instruction;
    const aAnywhere = isAnywhere(instruction);
    // Of `x op x` the only operand is a copy of itself by the time it is read.
    if (b !== NONE)
      this.#read(
        b,
        start,
        early,
        early + (bLate && !isSymmetric && a !== b ? 2 : 1),
        USE.register,
        HINT_NONE,
        weight * REGISTER_WEIGHT,
      );
    if (this.#isRealUse(a, aAnywhere)) {
      this.#read(
        a,
        start,
        early,
        early + 1,
        aAnywhere ? USE.anywhere : USE.register,
        HINT_NONE,
        weight * (aAnywhere ? ANYWHERE_WEIGHT : REGISTER_WEIGHT),
      );
    }
  }

  /** `def = a op b` costs no move when `a` ends here; or when `b` does, if the order does not matter. */
  #preferDying(instruction: MachineInstruction): void {
    const { a, b, opcode } = instruction;
    if (!COMMUTING.has(opcode & OPERATION_MASK) || (opcode & CLASS_MASK) === CLASS.jmp) return;
    if (this.#fn.materials[a] !== undefined || this.#fn.materials[b] !== undefined) return;
    if (this.#isLive(b) || a === b) return;
    if (!this.#isLive(a)) {
      instruction.isSymmetric = true;
    } else {
      instruction.a = b;
      instruction.b = a;
    }
  }

  #read(
    register: VirtualRegister,
    start: number,
    at: number,
    to: number,
    kind: number,
    hint: number,
    weight: number,
  ): void {
    this.#setLive(register);
    this.#addRange(register, start, to);
    this.#use(register, at, kind, hint, weight);
  }

  /** Cuts the range that was opened to the start of the block. */
  #define(register: VirtualRegister, at: number, start: number): void {
    this.#liveIn[register] = 0;
    const first = cell(this.#firstRange, register);
    if (first >= 0 && this.#ranges.from[first] === start) this.#ranges.from[first] = at;
    else this.#addRange(register, at, at + 1);
  }

  /** In front of the ranges found so far; grows the first of them where they meet. */
  #addRange(register: VirtualRegister, from: number, to: number): void {
    const ranges = this.#ranges;
    const first = cell(this.#firstRange, register);
    const firstFrom = ranges.from[first];
    if (firstFrom !== undefined && firstFrom <= to) {
      ranges.from[first] = Math.min(firstFrom, from);
      ranges.to[first] = Math.max(cell(ranges.to, first), to);
      return;
    }
    this.#firstRange[register] = ranges.from.length;
    ranges.from.push(from);
    ranges.to.push(to);
    ranges.next.push(first);
  }

  #use(register: VirtualRegister, at: number, kind: number, hint: number, weight: number): void {
    const uses = this.#uses;
    uses.next.push(cell(this.#firstUse, register));
    this.#firstUse[register] = uses.at.length;
    uses.at.push(at);
    uses.kind.push(kind);
    uses.hint.push(hint);
    uses.weight.push(weight);
  }

  /** Parameters of the function arrive in the argument registers at the label of the entry. */
  #defineParams(params: readonly VirtualRegister[]): void {
    params.forEach((param, i) => {
      if (param === NONE) return;
      this.#define(param, 0, 0);
      this.#use(param, 0, USE.anywhere | USE.definition, FIRST_ARGUMENT + i, ANYWHERE_WEIGHT);
    });
  }
}

const COMMUTING: ReadonlySet<number> = new Set(
  Object.values(ALU).flatMap(({ code, commutes }) => (commutes ? [code] : [])),
);
