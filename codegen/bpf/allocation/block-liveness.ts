/**
 * Which registers are live where blocks start and end.
 *
 * From each block that reads a register before it is written there, the way back to its definition is walked; so the work
 * is that of the result. It is kept as runs of blocks in layout order, of which a register has few, however long it lives.
 */
import { cell } from "../../column.js";
import type { MachineBlock, VirtualRegister } from "../machine/machine.js";

/** What a block reads and writes, in order. */
export type VisitBlock = (
  block: MachineBlock,
  read: (register: VirtualRegister) => void,
  write: (register: VirtualRegister) => void,
) => void;

export class BlockLiveness {
  readonly #blocks: readonly MachineBlock[];
  /** By register, where it is live on entry: `first, last, first, last, …`, ascending. */
  readonly #entries: (readonly number[] | undefined)[] = [];
  readonly #exits = new Runs();
  /** By block, and for the place behind the last: the first of the runs at exits that start or end there; or -1. */
  readonly #startingAt: Int32Array;
  readonly #endingAt: Int32Array;

  constructor(blocks: readonly MachineBlock[], registerCount: number, visit: VisitBlock) {
    this.#blocks = blocks;
    this.#startingAt = new Int32Array(blocks.length + 1).fill(-1);
    this.#endingAt = new Int32Array(blocks.length).fill(-1);
    const definedIn = new Int32Array(registerCount).fill(-1);
    const readers = this.#readers(definedIn, visit);
    const walk = new Walk(blocks);
    readers.forEach((readIn, register) => {
      const { entries, exits } = walk.from(readIn, cell(definedIn, register));
      this.#entries[register] = entries;
      for (let i = 0; i < exits.length; i += 2) this.#addExits(register, cell(exits, i), cell(exits, i + 1));
    });
  }

  isLiveIn(block: number, register: VirtualRegister): boolean {
    const runs = this.#entries[register];
    if (runs === undefined) return false;
    let low = 0;
    let high = runs.length >> 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cell(runs, middle * 2 + 1) < block) low = middle + 1;
      else high = middle;
    }
    return low * 2 < runs.length && cell(runs, low * 2) <= block;
  }

  /** Visits the blocks from the last to the first, each with the registers that are live at its end. */
  eachFromLast(visit: (block: number, live: readonly VirtualRegister[]) => void): void {
    const { register, next } = this.#exits;
    const live: VirtualRegister[] = [];
    const places = new Map<VirtualRegister, number>();
    for (let at = this.#blocks.length - 1; at >= 0; at--) {
      for (let run = cell(this.#startingAt, at + 1); run >= 0; run = cell(next.starting, run))
        leave(live, places, cell(register, run));
      for (let run = cell(this.#endingAt, at); run >= 0; run = cell(next.ending, run)) {
        const found = cell(register, run);
        places.set(found, live.length);
        live.push(found);
      }
      visit(at, live);
    }
  }

  /** By register, the blocks that read it before they write it. Registers that no other block reads have none. */
  #readers(definedIn: Int32Array, visit: VisitBlock): readonly (readonly number[])[] {
    const readers: number[][] = [];
    this.#blocks.forEach((block, at) => {
      const read = (register: VirtualRegister): void => {
        if (definedIn[register] === at) return;
        const known = readers[register];
        if (known === undefined) readers[register] = [at];
        else if (known.at(-1) !== at) known.push(at);
      };
      visit(block, read, (register) => (definedIn[register] = at));
    });
    return readers;
  }

  #addExits(register: VirtualRegister, first: number, last: number): void {
    const run = this.#exits.register.push(register) - 1;
    this.#exits.next.starting.push(cell(this.#startingAt, first));
    this.#exits.next.ending.push(cell(this.#endingAt, last));
    this.#startingAt[first] = run;
    this.#endingAt[last] = run;
  }
}

/** Columns of runs; those that start, and those that end, at the same block are linked. */
class Runs {
  readonly register: VirtualRegister[] = [];
  readonly next: { readonly starting: number[]; readonly ending: number[] } = { starting: [], ending: [] };
}

/** The last takes the place of the one that leaves. */
function leave(live: VirtualRegister[], places: Map<VirtualRegister, number>, register: VirtualRegister): void {
  const place = places.get(register);
  const last = live.pop();
  if (place === undefined || last === undefined) return;
  places.delete(register);
  if (last === register) return;
  live[place] = last;
  places.set(last, place);
}

/** Walks back from readers to definitions, for one register after the other. */
class Walk {
  readonly #blocks: readonly MachineBlock[];
  /** By block, the number of the last walk that came to its start, or to its end. */
  readonly #entered: Int32Array;
  readonly #left: Int32Array;
  #walk = 0;

  constructor(blocks: readonly MachineBlock[]) {
    this.#blocks = blocks;
    this.#entered = new Int32Array(blocks.length);
    this.#left = new Int32Array(blocks.length);
  }

  from(readers: readonly number[], definition: number): { readonly entries: number[]; readonly exits: number[] } {
    const walk = ++this.#walk;
    const entries: number[] = [];
    const exits: number[] = [];
    const work = [...readers];
    for (let at = work.pop(); at !== undefined; at = work.pop()) {
      if (this.#entered[at] === walk) continue;
      this.#entered[at] = walk;
      entries.push(at);
      for (const from of this.#blocks[at]?.predecessors ?? []) {
        if (this.#left[from] === walk) continue;
        this.#left[from] = walk;
        exits.push(from);
        if (from !== definition) work.push(from);
      }
    }
    return { entries: runsOf(entries), exits: runsOf(exits) };
  }
}

function runsOf(blocks: number[]): number[] {
  const runs: number[] = [];
  for (const at of Int32Array.from(blocks).sort()) {
    if (runs.at(-1) === at - 1) runs[runs.length - 1] = at;
    else runs.push(at, at);
  }
  return runs;
}
