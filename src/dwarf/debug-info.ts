import { AT, TAG } from "./constants.js";
import { type LineTable, readLineTable } from "./line-table.js";
import type { AddressRange } from "./ranges.js";
import type { DebugSections } from "./sections.js";
import { type Entry, Unit } from "./unit.js";

/** What a compiler has left behind for debuggers in one file. */
export class DebugInfo {
  readonly #sections: DebugSections;
  readonly #ranges = new Map<Unit, readonly AddressRange[]>();
  readonly #functions = new Map<Unit, ReadonlyMap<bigint, Entry>>();
  #units: readonly Unit[] | undefined;
  #byName: ReadonlyMap<string, Entry> | undefined;

  constructor(sections: DebugSections) {
    this.#sections = sections;
  }

  get sections(): DebugSections {
    return this.#sections;
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
    const units = this.units();
    let [low, high] = [0, units.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((units[middle]?.end ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    const unit = units[low];
    return unit !== undefined && offset > unit.offset ? unit.entryAt(offset) : undefined;
  }

  /** The function that is entered at an address. Units are searched once, and only those with code there. */
  functionAt(address: bigint): Entry | undefined {
    for (const unit of this.units()) {
      const found = mayContain(this.#rangesOf(unit), address) ? this.#functionsIn(unit).get(address) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The first of a name, whether it has code or not. All units are searched, once. */
  functionNamed(name: string): Entry | undefined {
    this.#byName ??= indexByName(this.units());
    return this.#byName.get(name);
  }

  /**
   * Those that may have something of that name. Of a large file most can be told by their bytes: they hold neither the
   * name nor where it stands in the table of strings.
   */
  unitsNaming(name: string): readonly Unit[] {
    // Names by number are not told by bytes.
    if (this.#sections.bytes(".debug_str_offsets").length > 0) return this.units();
    const info = bufferOf(this.#sections.bytes(".debug_info"));
    const marks = [...placesOf(bufferOf(this.#sections.bytes(".debug_str")), name).map(u32), Buffer.from(`${name}\0`)];
    return this.units().filter(({ offset, end }) => {
      const bytes = info.subarray(offset, end);
      return marks.some((mark) => bytes.includes(mark));
    });
  }

  #rangesOf(unit: Unit): readonly AddressRange[] {
    const known = this.#ranges.get(unit);
    if (known !== undefined) return known;
    const ranges = unit.root.ranges();
    this.#ranges.set(unit, ranges);
    return ranges;
  }

  #functionsIn(unit: Unit): ReadonlyMap<bigint, Entry> {
    const known = this.#functions.get(unit);
    if (known !== undefined) return known;
    const functions = indexByAddress(unit);
    this.#functions.set(unit, functions);
    return functions;
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

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Offsets of a string; one may be the end of a longer one. */
function placesOf(strings: Buffer, name: string): readonly number[] {
  const word = Buffer.from(`${name}\0`);
  const found: number[] = [];
  for (let at = strings.indexOf(word); at !== -1; at = strings.indexOf(word, at + 1)) found.push(at);
  return found;
}

/** A unit that does not say where its code is may have any. */
const mayContain = (ranges: readonly AddressRange[], address: bigint): boolean =>
  ranges.length === 0 || ranges.some(({ start, end }) => address >= start && address < end);

/** Code that is seldom run may lie elsewhere: any piece may be the one that is entered. */
function indexByAddress(unit: Unit): ReadonlyMap<bigint, Entry> {
  const found = new Map<bigint, Entry>();
  for (const { entry } of unit.entries()) {
    if (entry.tag !== TAG.subprogram) continue;
    for (const { start } of entry.ranges()) if (!found.has(start)) found.set(start, entry);
  }
  return found;
}

function indexByName(units: readonly Unit[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  for (const unit of units) {
    for (const { entry } of unit.entries()) {
      const name = entry.tag === TAG.subprogram ? entry.string(AT.name) : undefined;
      if (name !== undefined && !found.has(name)) found.set(name, entry);
    }
  }
  return found;
}
