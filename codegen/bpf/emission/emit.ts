/** Writes a function down in real registers: two-address form, moves, loads and stores of spilled values. */
import { cell } from "../../column.js";
import type { Span } from "../../../grammar/index.js";
import {
  bpfInstruction,
  type BlockEnd,
  type BpfInstruction,
  type CodeBlock,
  type FunctionCode,
  type Operands,
} from "../machine/code.js";
import type { EmissionNotes } from "./check-allocation.js";
import type { Frame } from "../layout/frame.js";
import { loadMaterial } from "./load-material.js";
import { CLAIM, NONE, type MachineBlock, type MachineInstruction, type VirtualRegister } from "../machine/machine.js";
import { CALLEE } from "../../kernel/bpf.js";
import {
  ATOMIC_COMPARE_EXCHANGE,
  atomicOpcode,
  CALL_OPCODE,
  FRAME_REGISTER,
  MOV64_IMMEDIATE,
  MOV64_REGISTER,
  loadOpcode,
  storeOpcode,
} from "../../kernel/opcodes.js";
import { FIRST_HOME, MATERIAL, sequence, type Move } from "./parallel-move.js";
import { FIRST_ARGUMENT, FIRST_SAVED, REGISTER_COUNT, RETURN_REGISTER } from "../machine/registers.js";
import { ELSEWHERE, type Places } from "../allocation/spills.js";

export interface EmitOptions {
  /** The function's number in its program. */
  readonly index: number;
  /** Values that are stored again behind the branches that compare them; see `narrowed-scalars.ts`. */
  readonly narrowed: ReadonlySet<VirtualRegister>;
  /** What is to be told of the work; filled in. */
  readonly notes?: EmissionNotes | undefined;
}

export function emitFunction(places: Places, frame: Frame, { index, narrowed, notes }: EmitOptions): FunctionCode {
  const { blocks, name } = new Emitter(places, frame, narrowed, notes).run();
  return { index, name, blocks, frameBytes: frame.bytes };
}

class Emitter {
  readonly #places: Places;
  readonly #frame: Frame;
  readonly #narrowed: ReadonlySet<VirtualRegister>;
  readonly #notes: EmissionNotes | undefined;
  #body: BpfInstruction[] = [];
  #span: Span | undefined;
  /** Places that the moves at hand have written so far, those included where values wait for their turn. */
  readonly #written: number[] = [];

  constructor(places: Places, frame: Frame, narrowed: ReadonlySet<VirtualRegister>, notes: EmissionNotes | undefined) {
    this.#narrowed = narrowed;
    this.#notes = notes;
    this.#places = places;
    this.#frame = frame;
  }

  run(): Pick<FunctionCode, "name" | "blocks"> {
    const { fn } = this.#places.live;
    const blocks = fn.blocks.map((block, at): CodeBlock => {
      this.#body = [];
      this.#span = block.instructions[0]?.span;
      const ends: number[] = [];
      this.#notes?.ends.push(ends);
      this.#enterBlock(block, at);
      ends.push(this.#body.length);
      block.instructions.forEach((instruction, i) => {
        this.#emitAt(instruction, this.#places.firstPoint(at) / 2 + 1 + i);
        ends.push(this.#body.length);
      });
      const end = this.#endOf(block, at);
      return { body: this.#body, end };
    });
    return { name: fn.name, blocks };
  }

  // ---- blocks

  #enterBlock(block: MachineBlock, at: number): void {
    const start = this.#places.firstPoint(at);
    if (at === 0) this.#enterFunction();
    const [from, ...others] = block.predecessors;
    if (from !== undefined && others.length === 0 && this.#places.live.fn.blocks[from]?.successors.length !== 1) {
      this.#storeNarrowed(from, at);
      this.#move(this.#edgeMoves(from, at), start);
    }
    // Parameters whose place is the stack were put there by the jumps.
    for (const param of block.params) {
      const register = this.#places.registerAt(param, start);
      if (register !== ELSEWHERE) this.#storeHome(param, register);
    }
  }

  /** What the branch before compared has narrower bounds now. */
  #storeNarrowed(from: number, to: number): void {
    if (this.#narrowed.size === 0) return;
    const branch = this.#places.live.fn.blocks[from]?.instructions.at(-1);
    for (const register of branch?.form === "branch" ? [branch.a, branch.b] : []) {
      if (!this.#narrowed.has(register) || !this.#places.live.isLiveIn(to, register)) continue;
      this.#storeHome(register, this.#read(register, from));
    }
  }

  #enterFunction(): void {
    const { params } = this.#places.live.fn;
    const moves: Move[] = [];
    params.forEach((param, i) => {
      if (param === NONE) return;
      const register = this.#places.registerAt(param, 0);
      this.#storeHome(param, FIRST_ARGUMENT + i);
      if (register !== ELSEWHERE) moves.push({ from: FIRST_ARGUMENT + i, to: register, value: param });
    });
    this.#move(moves, 0);
  }

  /** What must move on the way from the end of one block to the start of another, parameters included. */
  #edgeMoves(from: number, to: number): Move[] {
    const places = this.#places;
    const { fn } = places.live;
    const start = places.firstPoint(to);
    const end = places.lastPoint(from);
    const moves: Move[] = [];
    for (const register of places.wanderingInto(to)) {
      const there = places.registerAt(register, start);
      moves.push({ from: this.#placeAt(register, end), to: there, value: register });
    }
    const jump = fn.blocks[from]?.instructions.at(-1);
    fn.blocks[to]?.params.forEach((param, i) => {
      const arg = jump?.args[i] ?? NONE;
      const register = places.registerAt(param, start);
      if (register === ELSEWHERE && !places.hasHome(param)) return;
      const target = register === ELSEWHERE ? this.#homeOf(param) : register;
      // At home already, when it was stored in the home that both share.
      const isHome = target >= FIRST_HOME && places.hasHome(arg) && this.#homeOf(arg) === target;
      if (!isHome) moves.push({ from: this.#placeAt(arg, end - 1), to: target, value: arg });
    });
    return moves;
  }

  #endOf(block: MachineBlock, at: number): BlockEnd {
    const last = block.instructions.at(-1);
    const [first = 0, second = 0] = block.successors;
    switch (last?.form) {
      case "branch": {
        const operands: Operands = {
          dst: this.#read(last.a, at),
          ...(last.b === NONE ? { imm: last.imm } : { src: this.#read(last.b, at) }),
        };
        return {
          kind: "branch",
          jump: bpfInstruction(last.opcode, last.span, operands),
          then: first,
          otherwise: second,
        };
      }
      case "may-goto":
        return { kind: "may-goto", jump: bpfInstruction(last.opcode, last.span), next: first, exhausted: second };
      case "exit":
        return { kind: "exit", span: last.span };
      default:
        return { kind: "goto", target: first, span: last?.span };
    }
  }

  /** The real register of an operand of the branch that ends a block. */
  #read(register: VirtualRegister, block: number): number {
    return this.#places.registerAt(register, this.#places.lastPoint(block) - 1);
  }

  // ---- instructions

  #emitAt(instruction: MachineInstruction, number: number): void {
    this.#span = instruction.span ?? this.#span;
    const early = number * 2;
    this.#arrive(number);
    switch (instruction.form) {
      case "call":
        this.#emitCall(instruction, early);
        return;
      case "jump":
        this.#emitJump(number);
        return;
      case "exit":
        this.#move(
          [
            {
              from: this.#placeAt(instruction.args[0] ?? NONE, early),
              to: RETURN_REGISTER,
              value: instruction.args[0] ?? NONE,
            },
          ],
          early,
        );
        return;
      case "branch":
      case "may-goto":
        return;
      case "define":
        this.#emitDefine(instruction, early);
        return;
      default:
        this.#emitPlain(instruction, early);
    }
    if (instruction.def !== NONE) this.#storeHome(instruction.def, this.#registerOfDef(instruction, early));
  }

  /** Values that arrive in a register here, and the result of the call just before. */
  #arrive(number: number): void {
    const moves: Move[] = [];
    const early = number * 2;
    const before = this.#places.live.instructions[number - 1];
    if (before?.form === "call" && before.def !== NONE) {
      this.#storeHome(before.def, RETURN_REGISTER);
      const register = this.#places.registerAt(before.def, early);
      if (register !== ELSEWHERE) moves.push({ from: RETURN_REGISTER, to: register, value: before.def });
    }
    for (const { register, segment } of this.#places.arrivalsAt(number)) {
      moves.push({ from: this.#placeAt(register, early - 1), to: segment.register, value: register });
    }
    if (moves.length > 0) this.#move(moves, early);
  }

  #emitCall(instruction: MachineInstruction, early: number): void {
    const moves = instruction.args.map((arg, i) => ({
      from: this.#placeAt(arg, early),
      to: FIRST_ARGUMENT + i,
      value: arg,
    }));
    this.#move(moves, early);
    const { opcode: callee, imm, kfunc } = instruction;
    if (callee === CLAIM) {
      this.#push(MOV64_IMMEDIATE, { dst: RETURN_REGISTER, imm: 0 });
      const operands = { dst: FIRST_ARGUMENT, src: FIRST_ARGUMENT + 1, imm: ATOMIC_COMPARE_EXCHANGE };
      this.#do(instruction, atomicOpcode(8), operands);
    } else if (callee === CALLEE.function)
      this.#do(instruction, CALL_OPCODE, { src: callee, reference: { kind: "function", callee: imm } });
    else if (kfunc !== undefined)
      this.#do(instruction, CALL_OPCODE, { src: callee, reference: { kind: "kfunc", name: kfunc, btfId: imm } });
    else this.#do(instruction, CALL_OPCODE, { src: callee, imm });
  }

  #emitJump(number: number): void {
    const { fn, labels } = this.#places.live;
    const at = blockOf(labels, number);
    const to = fn.blocks[at]?.successors[0];
    if (to !== undefined) this.#move(this.#edgeMoves(at, to), number * 2 + 1);
  }

  #emitDefine({ def }: MachineInstruction, early: number): void {
    const register = this.#places.registerAt(def, early + 1);
    if (register !== ELSEWHERE) this.#loadMaterial(register, def);
  }

  #emitPlain(instruction: MachineInstruction, early: number): void {
    const { form, opcode, a, b, imm, slot } = instruction;
    const at = (register: VirtualRegister): number => this.#places.registerAt(register, early);
    const base = slot === NONE ? NONE : FRAME_REGISTER;
    const offset = instruction.offset + (slot === NONE ? 0 : cell(this.#frame.slotOffsets, slot));
    const def = instruction.def === NONE ? NONE : this.#registerOfDef(instruction, early);
    switch (form) {
      case "alu":
        if (instruction.isSymmetric && at(b) === def) {
          this.#do(instruction, opcode, { dst: def, src: at(a) });
          break;
        }
        this.#bring(a, early, def);
        this.#do(instruction, opcode, { dst: def, src: a === b ? def : at(b) });
        break;
      case "alu-immediate":
        if (a !== NONE) this.#bring(a, early, def);
        this.#do(instruction, opcode, { dst: def, imm });
        break;
      case "unary":
        this.#emitUnary(instruction, early, def);
        break;
      case "load":
        this.#do(instruction, opcode, { dst: def, src: base === NONE ? at(a) : base, offset });
        break;
      case "store":
      case "atomic":
        this.#do(instruction, opcode, { dst: base === NONE ? at(a) : base, src: at(b), offset });
        break;
      case "store-immediate":
        this.#do(instruction, opcode, { dst: base === NONE ? at(a) : base, offset, imm, ...varying(instruction) });
        break;
      case "fetch":
        this.#bring(a, early, def);
        this.#do(instruction, opcode, { dst: base === NONE ? at(b) : base, src: def, offset, imm });
        break;
      case "set":
        this.#push(MOV64_IMMEDIATE, { dst: def, imm: 1 });
        this.#do(instruction, opcode, { dst: at(a), offset: 1, ...(b === NONE ? { imm } : { src: at(b) }) });
        this.#do(instruction, MOV64_IMMEDIATE, { dst: def, imm: 0 });
        break;
      default:
        throw new Error(`${form} is no plain instruction`);
    }
  }

  #emitUnary(instruction: MachineInstruction, early: number, def: number): void {
    const { opcode, a, offset } = instruction;
    let from = this.#places.registerAt(a, early);
    if (from === ELSEWHERE) {
      this.#bring(a, early, def);
      from = def;
    }
    const isMove = opcode === MOV64_REGISTER && offset === 0;
    if (!isMove || from !== def) this.#do(instruction, opcode, { dst: def, src: from, offset });
  }

  #registerOfDef({ form, def }: MachineInstruction, early: number): number {
    return this.#places.registerAt(def, form === "set" ? early : early + 1);
  }

  // ---- moving values

  #placeAt(register: VirtualRegister, point: number): number {
    const real = this.#places.registerAt(register, point);
    if (real !== ELSEWHERE) return real;
    return this.#places.isMaterial(register) ? MATERIAL : this.#homeOf(register);
  }

  #homeOf(register: VirtualRegister): number {
    return FIRST_HOME + this.#frame.homeOf(this.#places.originOf(register));
  }

  #bring(register: VirtualRegister, point: number, to: number): void {
    this.#moveOne(this.#placeAt(register, point), to, register);
  }

  #storeHome(register: VirtualRegister, from: number): void {
    if (!this.#places.hasHome(register)) return;
    this.#moveOne(from, this.#homeOf(register), register);
  }

  #move(moves: readonly Move[], point: number): void {
    if (moves.length === 0) return;
    this.#written.length = 0;
    sequence(moves, {
      move: (from, to, value) => {
        if (from >= FIRST_HOME && to >= FIRST_HOME) this.#moveBetweenHomes(from, to, moves, point);
        else if (from === MATERIAL && to >= FIRST_HOME) this.#storeMaterial(to, value, moves, point);
        else this.#moveOne(from, to, value);
        this.#written.push(to);
      },
      save: (from) => this.#save(from, moves, point),
    });
  }

  #moveOne(from: number, to: number, value: VirtualRegister): void {
    if (from === to) return;
    if (from === MATERIAL) this.#loadMaterial(to, value);
    else if (to >= FIRST_HOME)
      this.#push(storeOpcode(8), { dst: FRAME_REGISTER, src: from, offset: this.#offsetOf(to) });
    else if (from >= FIRST_HOME)
      this.#push(loadOpcode(8), { dst: to, src: FRAME_REGISTER, offset: this.#offsetOf(from) });
    else this.#push(MOV64_REGISTER, { dst: to, src: from });
  }

  #loadMaterial(to: number, register: VirtualRegister): void {
    const material = this.#places.live.fn.materials[register];
    if (material === undefined) throw new Error(`%${register} is nowhere`);
    this.#body.push(...loadMaterial(material, to, this.#frame, this.#span));
  }

  #moveBetweenHomes(from: number, to: number, moves: readonly Move[], point: number): void {
    this.#throughRegister(moves, point, (register) => {
      this.#moveOne(from, register, NONE);
      this.#moveOne(register, to, NONE);
    });
  }

  #storeMaterial(to: number, value: VirtualRegister, moves: readonly Move[], point: number): void {
    this.#throughRegister(moves, point, (register) => {
      this.#loadMaterial(register, value);
      this.#moveOne(register, to, value);
    });
  }

  /** A ring: one of its values waits in a free register, or else on the stack. */
  #save(from: number, moves: readonly Move[], point: number): number {
    const free = this.#freeRegister(moves, point);
    const saved = free ?? this.#roomForOne(from);
    this.#written.push(saved);
    if (from >= FIRST_HOME && saved >= FIRST_HOME) this.#moveBetweenHomes(from, saved, moves, point);
    else this.#moveOne(from, saved, NONE);
    return saved;
  }

  #throughRegister(moves: readonly Move[], point: number, use: (register: number) => void): void {
    const free = this.#freeRegister(moves, point);
    if (free !== undefined) {
      use(free);
      return;
    }
    // All of them hold something, so that this one may be read.
    const borrowed = FIRST_SAVED;
    const room = this.#roomForOne(borrowed + REGISTER_COUNT);
    this.#moveOne(borrowed, room, NONE);
    use(borrowed);
    this.#moveOne(room, borrowed, NONE);
  }

  /** Holds nothing at the point, or nothing that is wanted once the moves are done: one of them is going to write it. */
  #freeRegister(moves: readonly Move[], point: number): number | undefined {
    for (let register = 0; register < REGISTER_COUNT; register++) {
      const isUnused = this.#places.isFree(register, point) || moves.some(({ to }) => to === register);
      const isTaken = this.#written.includes(register) || moves.some(({ from }) => from === register);
      if (isUnused && !isTaken) return register;
    }
    return undefined;
  }

  /** A spill slot of its own for what must be put aside, so that two of them never meet. */
  #roomForOne(purpose: number): number {
    return FIRST_HOME + this.#frame.scratchHome(purpose);
  }

  #offsetOf(home: number): number {
    return this.#frame.homeOffset(home - FIRST_HOME);
  }

  /** Emits what does the work of an instruction; all that is only pushed moves values. */
  #do(instruction: MachineInstruction, opcode: number, operands: Operands): void {
    const emitted = this.#push(opcode, operands);
    this.#notes?.does.set(emitted, instruction);
  }

  #push(opcode: number, operands: Operands): BpfInstruction {
    const instruction = bpfInstruction(opcode, this.#span, operands);
    this.#body.push(instruction);
    return instruction;
  }
}

function blockOf(labels: Int32Array, instruction: number): number {
  let low = 0;
  let high = labels.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (cell(labels, middle) <= instruction) low = middle;
    else high = middle - 1;
  }
  return low;
}

const NOTHING_VARIES: Operands = {};
const varying = ({ values }: MachineInstruction): Operands =>
  values === undefined ? NOTHING_VARIES : { reference: { kind: "varying", values } };
