/** One file with units: the program's own, what was left out of it, or what it has in common with others. */
import { SectionTable, type DebugSections, type Section } from "./sections.js";
import { type Unit, unitsOf } from "./unit.js";

/** Units of a file have numbers of their own: see {@link DebugFile.base}. */
export const FILE_SPACE = 2 ** 37;
/** Units of types were in a section of their own until version 4. */
const TYPES_SPACE = 2 ** 36;
export const MAX_FILES = 2 ** 15;

/** Of units that were read; they are read again when they are wanted again. */
const MAX_RESIDENT_BYTES = 48 * 2 ** 20;

/** Some 0.1 s for an interpreter of JavaScript. */
const LONG_WORK_BYTES = 2 * 2 ** 20;

/** Where the parts of a unit are in the sections of a package. */
export type Contributions = ReadonlyMap<string, { readonly start: number; readonly size: number }>;

export interface FileRole {
  /** Counted from 0, the program's own. */
  readonly number: number;
  /** What was left out of the units of another file, which has their addresses. */
  readonly splitOf?: DebugFile;
  /** Of a package: by the number that a unit says. */
  readonly contributionsOf?: (type: "unit" | "types", id: bigint) => Contributions | undefined;
}

export class DebugFile {
  readonly sections: DebugSections;
  readonly table: SectionTable;
  readonly role: FileRole;
  readonly #resident = new Map<Unit, Uint8Array>();
  /** The last string that was looked for in all units. */
  strings: { readonly name: string; readonly places: ReadonlySet<number> } | undefined;
  #residentBytes = 0;
  #workBytes = 0;
  #units: readonly Unit[] | undefined;
  #typeUnits: ReadonlyMap<bigint, Unit> | undefined;
  #supplement: DebugFile | null | undefined;

  constructor(sections: DebugSections, role: FileRole) {
    this.sections = sections;
    this.table = new SectionTable(sections);
    this.role = role;
  }

  /** Offsets of entries are numbers that no two files have in common: this and where they are in `.debug_info`. */
  get base(): number {
    return this.role.number * FILE_SPACE;
  }

  /** As files of this role call it. */
  section(name: string): Section {
    return this.table.get(this.role.splitOf === undefined ? name : `${name}.dwo`);
  }

  /** All, those of types too, in the order of the file. */
  units(): readonly Unit[] {
    return (this.#units ??= this.unitSections().flatMap(({ section, base }) => [...unitsOf(this, section, base)]));
  }

  /** Where they are; an offset of an entry is the base and where it is in that section. */
  unitSections(): readonly { readonly section: Section; readonly base: number }[] {
    return [
      { section: this.section(".debug_info"), base: this.base },
      { section: this.section(".debug_types"), base: this.base + TYPES_SPACE },
    ];
  }

  /** The one that an offset is in. */
  unitAround(offset: number): Unit | undefined {
    const units = this.units();
    let [low, high] = [0, units.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((units[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    const unit = units[low];
    return unit !== undefined && offset >= unit.offset ? unit : undefined;
  }

  /** The offset of a type that says its number. */
  typeOfSignature(signature: bigint): number | undefined {
    this.#typeUnits ??= new Map(
      this.units().flatMap((unit) => (unit.isOfTypes && unit.id !== undefined ? [[unit.id, unit]] : [])),
    );
    return this.#typeUnits.get(signature)?.typeOffset;
  }

  /** What programs have in common (`dwz`). */
  supplement(): DebugFile | undefined {
    if (this.#supplement === undefined) {
      const sections = this.sections.supplement?.();
      this.#supplement = sections === undefined ? null : new DebugFile(sections, { number: 1 });
    }
    return this.#supplement ?? undefined;
  }

  /** So many bytes are gone through, entry by entry of units or file by file of line tables. */
  work(bytes: number): void {
    const before = this.#workBytes;
    this.#workBytes += bytes;
    if (before < LONG_WORK_BYTES && this.#workBytes >= LONG_WORK_BYTES) this.sections.onLongWork?.();
  }

  /** The bytes of a unit, header and all. */
  bytesOf(unit: Unit, read: () => Uint8Array): Uint8Array {
    const known = this.#resident.get(unit);
    if (known !== undefined) return known;
    const bytes = read();
    this.#resident.set(unit, bytes);
    this.#residentBytes += bytes.length;
    for (const [old, { length }] of this.#resident) {
      if (this.#residentBytes <= MAX_RESIDENT_BYTES || old === unit) break;
      this.#resident.delete(old);
      this.#residentBytes -= length;
    }
    return bytes;
  }
}
