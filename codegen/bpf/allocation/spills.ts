/** What the allocation asks for besides instructions: moves between places, and which values need a home on the stack. */
import { cell } from "../../column.js";
import type { Allocation, Segment } from "./allocate.js";
import { firstWhere } from "./first-where.js";
import { USE, type Liveness } from "./liveness.js";
import { type VirtualRegister } from "../machine/machine.js";

/** Not in a register: at home on the stack, or a material. */
export const ELSEWHERE = -1;

export class Places {
  readonly live: Liveness;
  readonly #allocation: Allocation;
  /** Values that are read from the stack somewhere, and so are stored where they are defined. */
  readonly #hasHome: Uint8Array;
  readonly #definedAt: Int32Array;
  /** By block, in the order of their numbers. */
  readonly #wanderingInto: VirtualRegister[][] = [];
  /** By instruction number: registers whose segment starts there, with no definition. */
  readonly #arrivals = new Map<number, { readonly register: VirtualRegister; readonly segment: Segment }[]>();

  constructor(live: Liveness, allocation: Allocation) {
    this.live = live;
    this.#allocation = allocation;
    this.#hasHome = new Uint8Array(live.fn.registerCount);
    this.#definedAt = new Int32Array(live.fn.registerCount).fill(-1);
    for (let register = 0; register < live.fn.registerCount; register++) this.#survey(register);
    this.#wanderingInto.forEach((registers, block) => {
      for (const register of registers) this.#surveyEdges(register, block);
    });
  }

  /** The real register that holds a value at a point, or ELSEWHERE. */
  registerAt(register: VirtualRegister, point: number): number {
    const segments = this.#allocation.segments[register] ?? NOTHING;
    const segment = segments[firstEndingAfter(segments, point)];
    return segment !== undefined && segment.from <= point ? segment.register : ELSEWHERE;
  }

  hasHome(register: VirtualRegister): boolean {
    return this.#hasHome[register] === 1;
  }

  isMaterial(register: VirtualRegister): boolean {
    return this.live.fn.materials[register] !== undefined;
  }

  /** Values of one origin share a home. */
  originOf(register: VirtualRegister): number {
    return this.#allocation.origins[register] ?? register;
  }

  isFree(real: number, point: number): boolean {
    return this.#allocation.isFree(real, point);
  }

  /** Registers that must be brought into a real one before an instruction, from where they were the point before. */
  arrivalsAt(instruction: number): readonly { readonly register: VirtualRegister; readonly segment: Segment }[] {
    return this.#arrivals.get(instruction) ?? NOTHING;
  }

  /** Registers that must be in a real one where the block starts, and may be elsewhere where an edge to it does. */
  wanderingInto(block: number): readonly VirtualRegister[] {
    return this.#wanderingInto[block] ?? NOTHING;
  }

  firstPoint(block: number): number {
    return cell(this.live.labels, block) * 2;
  }

  lastPoint(block: number): number {
    return cell(this.live.labels, block + 1) * 2 - 1;
  }

  #survey(register: VirtualRegister): void {
    const { uses, firstUse } = this.live;
    for (let use = cell(firstUse, register); use >= 0; use = cell(uses.next, use)) {
      const at = cell(uses.at, use);
      if ((cell(uses.kind, use) & USE.definition) !== 0) this.#definedAt[register] = at;
      else if (this.registerAt(register, at) === ELSEWHERE) this.#needHome(register);
    }
    const segments = this.#allocation.segments[register] ?? [];
    const only = segments[0];
    if (only === undefined || (segments.length === 1 && this.#isWhole(register, only))) return;
    for (const segment of segments) {
      if (segment.from !== this.#definedAt[register]) this.#arrive(register, segment);
      this.#wander(register, segment);
    }
  }

  #isWhole(register: VirtualRegister, segment: Segment): boolean {
    const first = cell(this.live.firstRange, register);
    const { ranges } = this.live;
    return ranges.next[first] === -1 && ranges.from[first] === segment.from && ranges.to[first] === segment.to;
  }

  #arrive(register: VirtualRegister, segment: Segment): void {
    const instruction = segment.from >> 1;
    // At a label it is the edges that bring it.
    if (this.live.instructions[instruction] === undefined) return;
    const before = this.registerAt(register, segment.from - 1);
    if (before === segment.register) return;
    if (before === ELSEWHERE) this.#needHome(register);
    const known = this.#arrivals.get(instruction);
    if (known === undefined) this.#arrivals.set(instruction, [{ register, segment }]);
    else known.push({ register, segment });
  }

  #wander(register: VirtualRegister, { from, to }: Segment): void {
    for (let block = this.#firstBlockFrom(from); block < this.live.fn.blocks.length; block++) {
      if (this.firstPoint(block) >= to) return;
      if (this.live.isLiveIn(block, register)) (this.#wanderingInto[block] ??= []).push(register);
    }
  }

  /** The first block that starts at a point or later. */
  #firstBlockFrom(point: number): number {
    return firstWhere(this.live.fn.blocks.length, (block) => this.firstPoint(block) >= point);
  }

  #surveyEdges(register: VirtualRegister, block: number): void {
    for (const from of this.live.fn.blocks[block]?.predecessors ?? [])
      if (this.registerAt(register, this.lastPoint(from)) === ELSEWHERE) this.#needHome(register);
  }

  #needHome(register: VirtualRegister): void {
    if (!this.isMaterial(register)) this.#hasHome[register] = 1;
  }
}

const NOTHING: readonly never[] = [];

const firstEndingAfter = (segments: readonly Segment[], point: number): number =>
  firstWhere(segments.length, (at) => cell(segments, at).to > point);
