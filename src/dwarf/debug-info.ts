import { AT } from "./constants.js";
import { type LineTable, readLineTable } from "./line-table.js";
import type { DebugSections } from "./sections.js";
import { type Entry, Unit } from "./unit.js";

/** What a compiler has left behind for debuggers in one file. */
export class DebugInfo {
  readonly #sections: DebugSections;
  #units: readonly Unit[] | undefined;

  constructor(sections: DebugSections) {
    this.#sections = sections;
  }

  /** Those of code, in the order of the file. */
  units(): readonly Unit[] {
    return (this.#units ??= this.#readUnits());
  }

  /** Undefined: the unit has no code. */
  lineTableOf({ root, addressBytes }: Unit): LineTable | undefined {
    const offset = root.number(AT.statementList);
    const directory = root.string(AT.compilationDirectory) ?? "/";
    return offset === undefined
      ? undefined
      : readLineTable(this.#sections, Number(offset), { directory, addressBytes });
  }

  /** An entry by its offset, which may be in any unit. */
  entryAt(offset: number): Entry | undefined {
    return this.units()
      .find((unit) => offset > unit.offset && offset < unit.end)
      ?.entryAt(offset);
  }

  #readUnits(): readonly Unit[] {
    const info = this.#sections.bytes(".debug_info");
    const units: Unit[] = [];
    for (let at = 0; at < info.length;) {
      const { end, unit } = Unit.read(this.#sections, info, at);
      if (unit !== undefined) units.push(unit);
      at = end;
    }
    return units;
  }
}
