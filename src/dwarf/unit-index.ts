/** Which unit has the code of an address. */
import { TAG } from "./constants.js";
import { DwarfError } from "./dwarf-error.js";
import type { AddressRange } from "./ranges.js";
import type { SectionTable } from "./sections.js";
import type { Unit } from "./unit.js";
import { readUnitRanges } from "./unit-ranges.js";

interface UnitRange extends AddressRange {
  readonly unit: Unit;
}

/** Ranges of units do not overlap, unless someone lies; so far back is looked for one that still covers an address. */
const MAX_OVERLAPS = 8;

export class UnitIndex {
  readonly #ranges: readonly UnitRange[];
  /** They do not say where their code is. */
  readonly #silent: readonly Unit[];

  constructor(units: readonly Unit[], sections: SectionTable) {
    const listed = readUnitRanges(sections);
    const silent: Unit[] = [];
    const all = units.flatMap((unit) => {
      const ranges = listed.get(unit.offset) ?? ownRanges(unit);
      if (ranges.length === 0) silent.push(unit);
      // The linker leaves what it has left out at 0.
      return ranges.flatMap(({ start, end }) => (start > 0n && end > start ? [{ start, end, unit }] : []));
    });
    this.#ranges = all.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    this.#silent = silent;
  }

  at(address: bigint): Unit | undefined {
    let [low, high] = [0, this.#ranges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ranges[middle] as UnitRange).start <= address) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && low - at <= MAX_OVERLAPS; at--) {
      const range = this.#ranges[at] as UnitRange;
      if (address < range.end) return range.unit;
    }
    return undefined;
  }

  /** Units that may have any code. */
  get silent(): readonly Unit[] {
    return this.#silent.filter((unit) => unit.root.tag === TAG.compileUnit);
  }
}

/** One broken unit does not hide the others. */
function ownRanges(unit: Unit): readonly AddressRange[] {
  try {
    return unit.ranges();
  } catch (error) {
    if (error instanceof DwarfError) return [];
    throw error;
  }
}
