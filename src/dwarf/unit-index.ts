/** Which unit has the code of an address. */
import { exactNumber } from "./exact-number.js";
import { TAG } from "./constants.js";
import { DwarfError } from "./dwarf-error.js";
import type { SectionTable } from "./sections.js";
import type { Unit } from "./unit.js";
import { readUnitRanges } from "./unit-ranges.js";

/** Ranges of units do not overlap, unless someone lies; so far back is looked for one that still covers an address. */
const MAX_OVERLAPS = 8;

/** A large program has 100,000 ranges: they are columns of numbers, not objects. */
export class UnitIndex {
  readonly #units: readonly Unit[];
  /** Ascending. */
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  /** Places among the units. */
  readonly #owners: Uint32Array;
  /** They do not say where their code is. */
  readonly #silent: readonly Unit[];

  constructor(units: readonly Unit[], sections: SectionTable) {
    const ranges = new RangeColumns();
    this.#units = units;
    this.#silent = silentAfter(units, sections, ranges);
    const { starts, ends, owners } = ranges.sorted();
    this.#starts = starts;
    this.#ends = ends;
    this.#owners = owners;
  }

  at(address: bigint): Unit | undefined {
    const wanted = exactNumber(address);
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) <= wanted) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && low - at <= MAX_OVERLAPS; at--) {
      if (wanted < (this.#ends[at] as number)) return this.#units[this.#owners[at] as number];
    }
    return undefined;
  }

  /** Units that may have any code. */
  get silent(): readonly Unit[] {
    return this.#silent.filter((unit) => unit.root.tag === TAG.compileUnit);
  }
}

/** Collects all ranges there are. */
function silentAfter(units: readonly Unit[], sections: SectionTable, ranges: RangeColumns): readonly Unit[] {
  const places = new Map(units.map(({ offset }, place) => [offset, place]));
  const isListed = new Uint8Array(units.length);
  const hasCode = new Uint8Array(units.length);
  let owner: number | undefined;
  readUnitRanges(sections, {
    unit: (offset) => {
      owner = places.get(offset);
      if (owner !== undefined) isListed[owner] = 1;
    },
    range: (start, end) => {
      if (owner === undefined || !isCode(start, end)) return;
      hasCode[owner] = 1;
      ranges.push(start, end, owner);
    },
  });
  return units.filter((unit, place) => {
    if (isListed[place] === 1) return hasCode[place] === 0;
    const own = ownRanges(unit);
    for (let i = 0; i < own.length; i += 2) {
      const [start, end] = [own[i] as number, own[i + 1] as number];
      if (isCode(start, end)) ranges.push(start, end, place);
    }
    return own.length === 0;
  });
}

/** Linkers leave what they have left out at 0, or at the last address there is, which is {@link exactNumber} -1. */
const isCode = (start: number, end: number): boolean => start !== 0 && start !== -1 && end > start;

/** One broken unit does not hide the others. */
function ownRanges(unit: Unit): readonly number[] {
  try {
    return unit.ranges();
  } catch (error) {
    if (error instanceof DwarfError) return [];
    throw error;
  }
}

/** Grows by doubling. */
class RangeColumns {
  #starts = new Float64Array(1024);
  #ends = new Float64Array(1024);
  #owners = new Uint32Array(1024);
  #count = 0;

  push(start: number, end: number, owner: number): void {
    const at = this.#count++;
    if (at === this.#starts.length) {
      this.#starts = grown(this.#starts, new Float64Array(2 * at));
      this.#ends = grown(this.#ends, new Float64Array(2 * at));
      this.#owners = grown(this.#owners, new Uint32Array(2 * at));
    }
    this.#starts[at] = start;
    this.#ends[at] = end;
    this.#owners[at] = owner;
  }

  /** By their starts; of equal ones in the order in which they came. */
  sorted(): { readonly starts: Float64Array; readonly ends: Float64Array; readonly owners: Uint32Array } {
    const starts = this.#starts;
    const order = new Uint32Array(this.#count);
    for (let i = 0; i < order.length; i++) order[i] = i;
    order.sort((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
    return {
      starts: Float64Array.from(order, (at) => starts[at] as number),
      ends: Float64Array.from(order, (at) => this.#ends[at] as number),
      owners: Uint32Array.from(order, (at) => this.#owners[at] as number),
    };
  }
}

function grown<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
