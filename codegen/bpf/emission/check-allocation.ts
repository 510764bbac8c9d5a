/**
 * Checks what allocation and emission made of a function: on every path each use sees the value that it should.
 *
 * It follows the instructions that were written, and knows nothing of live ranges, segments or moves: of each place, a real
 * register or a word of the frame, it holds which virtual registers have their value there. Where paths meet only that is
 * left on which all of them agree. So it would notice whatever went wrong before, whoever did it.
 */
import { cell } from "../../column.js";
import type { BpfInstruction, CodeBlock } from "../machine/code.js";
import type { Frame } from "../layout/frame.js";
import { FIRST_ARGUMENT, FIRST_SAVED, RETURN_REGISTER } from "../machine/registers.js";
import {
  CLAIM,
  NONE,
  type MachineFunction,
  type MachineInstruction,
  type Material,
  type VirtualRegister,
} from "../machine/machine.js";
import {
  ADD64_IMMEDIATE,
  FRAME_REGISTER,
  LDIMM64,
  loadOpcode,
  MOV32_IMMEDIATE,
  MOV64_IMMEDIATE,
  MOV64_REGISTER,
  storeOpcode,
} from "../../kernel/opcodes.js";

/** What emission tells of its work, for this check alone. */
export interface EmissionNotes {
  /** The instructions that do what a machine instruction wants; all others only move values. */
  readonly does: Map<BpfInstruction, MachineInstruction>;
  /** Of each block, how many instructions there were when the block was entered, and behind each machine instruction. */
  readonly ends: number[][];
}

export const emptyNotes = (): EmissionNotes => ({ does: new Map(), ends: [] });

/** A virtual register, or below 0 something that is made of nothing: see {@link Contents}. */
type Content = number;

/** A real register, or below 0 the place of a word in the frame. */
type Place = number;

type State = Map<Place, readonly Content[]>;

const NOTHING: readonly Content[] = [];

/** @returns what is wrong, in words; nothing when all is well */
export function checkAllocation(
  fn: MachineFunction,
  blocks: readonly CodeBlock[],
  frame: Frame,
  notes: EmissionNotes,
): readonly string[] {
  return new Checker(fn, blocks, frame, notes).run();
}

class Checker {
  readonly #fn: MachineFunction;
  readonly #blocks: readonly CodeBlock[];
  readonly #frame: Frame;
  readonly #notes: EmissionNotes;
  readonly #contents = new Contents();
  readonly #entry: (State | undefined)[] = [];
  /** Undefined until all states at the starts of blocks are known. */
  #faults: string[] | undefined;
  #where = "";

  constructor(fn: MachineFunction, blocks: readonly CodeBlock[], frame: Frame, notes: EmissionNotes) {
    this.#fn = fn;
    this.#blocks = blocks;
    this.#frame = frame;
    this.#notes = notes;
  }

  run(): readonly string[] {
    this.#entry[0] = new Map(this.#fn.params.map((param, i) => [FIRST_ARGUMENT + i, param === NONE ? [] : [param]]));
    const work = new Set([0]);
    for (const at of work) {
      work.delete(at);
      const out = this.#block(at);
      for (const next of this.#fn.blocks[at]?.successors ?? []) if (this.#flow(at, next, out)) work.add(next);
    }
    const faults: string[] = [];
    this.#faults = faults;
    for (const at of this.#blocks.keys()) if (this.#entry[at] !== undefined) this.#block(at);
    return faults;
  }

  /** Takes what is known at the end of a block to the start of another. @returns whether less is known there now */
  #flow(from: number, to: number, out: State): boolean {
    const params = this.#fn.blocks[to]?.params ?? [];
    const args = params.length === 0 ? [] : (this.#fn.blocks[from]?.instructions.at(-1)?.args ?? []);
    const renamed: State = params.length === 0 ? out : new Map();
    if (params.length > 0) {
      for (const [place, contents] of out) {
        const kept = contents.filter((content) => !params.includes(content));
        params.forEach((param, i) => {
          if (this.#isAmong(contents, args[i] ?? NONE)) kept.push(param);
        });
        renamed.set(place, kept);
      }
    }
    const known = this.#entry[to];
    const merged = known === undefined ? new Map(renamed) : intersection(known, renamed);
    if (merged === undefined) return false;
    this.#entry[to] = merged;
    return true;
  }

  /** Follows a block from what is known at its start. @returns what is known at its end */
  #block(at: number): State {
    const state: State = new Map(this.#entry[at]);
    const { body = [], end } = this.#blocks[at] ?? {};
    const ends = this.#notes.ends[at] ?? [];
    let next = 0;
    this.#where = `block ${at}`;
    for (const until = cell(ends, 0); next < until; next++) this.#step(body[next], state);
    this.#fn.blocks[at]?.instructions.forEach((instruction, i) => {
      this.#where = `block ${at}, ${instruction.form} ${i}`;
      const until = ends[i + 1] ?? next;
      for (; next < until; next++) this.#step(body[next], state);
      // Values that are copies of each other may be one and the same register, and no instruction.
      if (isCopy(instruction)) this.#alias(instruction, state);
    });
    const last = this.#fn.blocks[at]?.instructions.at(-1);
    if (end?.kind === "branch" && last !== undefined) {
      this.#wants(state, end.jump.dst, last.a);
      if (last.b !== NONE) this.#wants(state, end.jump.src, last.b);
    }
    if (end?.kind === "exit") this.#wants(state, RETURN_REGISTER, last?.args[0] ?? NONE);
    return state;
  }

  #step(instruction: BpfInstruction | undefined, state: State): void {
    if (instruction === undefined) return;
    const wanted = this.#notes.does.get(instruction);
    if (wanted === undefined) this.#move(instruction, state);
    else this.#do(instruction, wanted, state);
  }

  #move(instruction: BpfInstruction, state: State): void {
    const { opcode, dst, src, offset } = instruction;
    if (opcode === STORE && dst === FRAME_REGISTER) state.set(offset, state.get(src) ?? NOTHING);
    else if (opcode === LOAD && src === FRAME_REGISTER) state.set(dst, state.get(offset) ?? NOTHING);
    else if (opcode === MOV64_REGISTER && src !== FRAME_REGISTER) state.set(dst, state.get(src) ?? NOTHING);
    else state.set(dst, this.#contents.made(instruction, state.get(dst) ?? NOTHING));
  }

  #do(instruction: BpfInstruction, wanted: MachineInstruction, state: State): void {
    const { form, a, b, def, slot } = wanted;
    const { dst, src } = instruction;
    const isInFrame = slot !== NONE;
    switch (form) {
      case "alu": {
        const isSwapped = wanted.isSymmetric && !this.#holds(state, dst, a);
        this.#wants(state, dst, isSwapped ? b : a);
        this.#wants(state, src, isSwapped ? a : b);
        break;
      }
      case "alu-immediate":
        if (a !== NONE) this.#wants(state, dst, a);
        break;
      case "unary":
        this.#wants(state, src, a);
        break;
      case "load":
        if (!isInFrame) this.#wants(state, src, a);
        break;
      case "store":
      case "atomic":
        if (!isInFrame) this.#wants(state, dst, a);
        this.#wants(state, src, b);
        break;
      case "store-immediate":
        if (!isInFrame) this.#wants(state, dst, a);
        break;
      case "fetch":
        this.#wants(state, src, a);
        if (!isInFrame) this.#wants(state, dst, b);
        return this.#define(def, src, state);
      case "set":
        if (instruction.opcode === MOV64_IMMEDIATE) break;
        this.#wants(state, dst, a);
        if (b !== NONE) this.#wants(state, src, b);
        return;
      case "call":
        if (wanted.opcode === CLAIM && !this.#contentsOf(state, RETURN_REGISTER).includes(this.#contents.ofNumber(0)))
          this.#report("r0 should be 0");
        wanted.args.forEach((arg, i) => this.#wants(state, FIRST_ARGUMENT + i, arg));
        for (let register = 0; register < FIRST_SAVED; register++) state.delete(register);
        return this.#define(def, RETURN_REGISTER, state);
      default:
        this.#report(`${form} has an instruction`);
    }
    if (def !== NONE) this.#define(def, dst, state);
  }

  #define(def: VirtualRegister, place: Place, state: State): void {
    if (def === NONE) return;
    this.#forget(def, state);
    state.set(place, [def]);
  }

  /** What is left of an earlier turn of a loop is another value. */
  #forget(register: VirtualRegister, state: State): void {
    for (const [place, contents] of state)
      if (contents.includes(register)) {
        state.set(
          place,
          contents.filter((content) => content !== register),
        );
      }
  }

  #alias({ def, a }: MachineInstruction, state: State): void {
    const isThere = [...state].filter(([, contents]) => contents.includes(def) || this.#isAmong(contents, a));
    this.#forget(def, state);
    for (const [place] of isThere) state.set(place, [...(state.get(place) ?? NOTHING), def]);
  }

  #wants(state: State, place: Place, register: VirtualRegister): void {
    if (this.#faults === undefined || this.#holds(state, place, register)) return;
    const found = this.#contentsOf(state, place).map((content) =>
      content < 0 ? this.#contents.name(content) : `%${content}`,
    );
    this.#report(`r${place} should be %${register} and is ${found.join(" = ") || "anything"}`);
  }

  #contentsOf(state: State, place: Place): readonly Content[] {
    return state.get(place) ?? NOTHING;
  }

  #holds(state: State, place: Place, register: VirtualRegister): boolean {
    return this.#isAmong(this.#contentsOf(state, place), register);
  }

  #isAmong(contents: readonly Content[], register: VirtualRegister): boolean {
    if (contents.includes(register)) return true;
    const material = this.#fn.materials[register];
    return material !== undefined && contents.includes(this.#contents.ofMaterial(material, this.#frame));
  }

  #report(fault: string): void {
    this.#faults?.push(`${this.#fn.name}, ${this.#where}: ${fault}`);
  }
}

const LOAD = loadOpcode(8);
const STORE = storeOpcode(8);

const isCopy = ({ form, opcode, offset }: MachineInstruction): boolean =>
  form === "unary" && opcode === MOV64_REGISTER && offset === 0;

/** What both know of each place; undefined when it is all that `known` knows. */
function intersection(known: State, other: State): State | undefined {
  const common: State = new Map();
  let isLess = false;
  for (const [place, contents] of known) {
    const there = other.get(place) ?? NOTHING;
    const left = contents.filter((content) => there.includes(content));
    if (left.length < contents.length) isLess = true;
    if (left.length > 0) common.set(place, left);
  }
  return isLess ? common : undefined;
}

/** Numbers, below 0, for constants and addresses. */
class Contents {
  readonly #numbers = new Map<string, Content>();
  readonly #names: string[] = [];

  name(content: Content): string {
    return this.#names[-content - 1] ?? "";
  }

  ofNumber(value: number): Content {
    return this.#numberOf(`${value}`);
  }

  ofMaterial(material: Material, { slotOffsets }: Frame): Content {
    switch (material.kind) {
      case "constant":
        return this.#numberOf(`${BigInt.asIntN(64, material.value)}`);
      case "frame":
        return this.#numberOf(frameName(cell(slotOffsets, material.slot) + material.offset));
      case "varying":
        return this.#numberOf(`varying ${material.values.join()}`);
      default:
        return this.#numberOf(JSON.stringify(material));
    }
  }

  /** What an instruction makes that reads nothing, or adds to an address. @param before what its target holds */
  made({ opcode, imm, high, src, reference }: BpfInstruction, before: readonly Content[]): readonly Content[] {
    if (reference?.kind === "varying") return [this.#numberOf(`varying ${reference.values.join()}`)];
    if (reference !== undefined) return [this.#numberOf(JSON.stringify(reference))];
    switch (opcode) {
      case MOV64_IMMEDIATE:
        return [this.#numberOf(`${imm}`)];
      case MOV32_IMMEDIATE:
        return [this.#numberOf(`${imm >>> 0}`)];
      case LDIMM64:
        return [this.#numberOf(`${(BigInt(high) << 32n) | BigInt(imm >>> 0)}`)];
      case MOV64_REGISTER:
        return src === FRAME_REGISTER ? [this.#numberOf(frameName(0))] : NOTHING;
      case ADD64_IMMEDIATE:
        return before.includes(this.#numberOf(frameName(0))) ? [this.#numberOf(frameName(imm))] : NOTHING;
      default:
        return NOTHING;
    }
  }

  #numberOf(name: string): Content {
    let number = this.#numbers.get(name);
    if (number === undefined) this.#numbers.set(name, (number = -this.#names.push(name)));
    return number;
  }
}

const frameName = (offset: number): string => `r10 ${offset}`;
