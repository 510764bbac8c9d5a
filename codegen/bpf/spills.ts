/** What the allocation asks for besides instructions: moves between places, and which values need a home on the stack. */
import type { Allocation, Segment } from "./allocate.js";
import { USE, type Liveness } from "./liveness.js";
import { type VirtualRegister } from "./machine.js";

/** Not in a register: at home on the stack, or a material. */
export const ELSEWHERE = -1;

export class Places {
  readonly live: Liveness;
  readonly #allocation: Allocation;
  /** Values that are read from the stack somewhere, and so are stored where they are defined. */
  readonly #hasHome: Uint8Array;
  readonly #definedAt: Int32Array;
  /** Registers that change places, in the order of their numbers. */
  readonly #wandering: VirtualRegister[] = [];
  /** By instruction number: registers whose segment starts there, with no definition. */
  readonly #arrivals = new Map<number, { readonly register: VirtualRegister; readonly segment: Segment }[]>();

  constructor(live: Liveness, allocation: Allocation) {
    this.live = live;
    this.#allocation = allocation;
    this.#hasHome = new Uint8Array(live.fn.registerCount);
    this.#definedAt = new Int32Array(live.fn.registerCount).fill(-1);
    for (let register = 0; register < live.fn.registerCount; register++) this.#survey(register);
    for (const register of this.#wandering) this.#surveyEdges(register);
  }

  /** The real register that holds a value at a point, or ELSEWHERE. */
  registerAt(register: VirtualRegister, point: number): number {
    const segments = this.#allocation.segments[register];
    if (segments === undefined) return ELSEWHERE;
    for (const { from, to, register: real } of segments) if (from <= point && point < to) return real;
    return ELSEWHERE;
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

  /** Registers that may be in different places at the two ends of an edge. */
  get wandering(): readonly VirtualRegister[] {
    return this.#wandering;
  }

  firstPoint(block: number): number {
    return (this.live.labels[block] ?? 0) * 2;
  }

  lastPoint(block: number): number {
    return (this.live.labels[block + 1] ?? 0) * 2 - 1;
  }

  #survey(register: VirtualRegister): void {
    const { uses, firstUse } = this.live;
    for (let use = firstUse[register] ?? -1; use >= 0; use = uses.next[use] ?? -1) {
      const at = uses.at[use] ?? 0;
      if (((uses.kind[use] ?? 0) & USE.definition) !== 0) this.#definedAt[register] = at;
      else if (this.registerAt(register, at) === ELSEWHERE) this.#needHome(register);
    }
    const segments = this.#allocation.segments[register] ?? [];
    const only = segments[0];
    if (only === undefined || (segments.length === 1 && this.#isWhole(register, only))) return;
    this.#wandering.push(register);
    for (const segment of segments) if (segment.from !== this.#definedAt[register]) this.#arrive(register, segment);
  }

  #isWhole(register: VirtualRegister, segment: Segment): boolean {
    const first = this.live.firstRange[register] ?? -1;
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

  #surveyEdges(register: VirtualRegister): void {
    this.live.fn.blocks.forEach((block, at) => {
      if (!this.live.isLiveIn(at, register) || this.registerAt(register, this.firstPoint(at)) === ELSEWHERE) return;
      for (const from of block.predecessors) {
        if (this.registerAt(register, this.lastPoint(from)) === ELSEWHERE) this.#needHome(register);
      }
    });
  }

  #needHome(register: VirtualRegister): void {
    if (!this.isMaterial(register)) this.#hasHome[register] = 1;
  }
}

const NOTHING: readonly never[] = [];
