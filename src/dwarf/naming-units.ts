/**
 * Which units may have something of a name. Of a large file most can be told by their bytes: they hold neither the name nor
 * where it stands in the table of strings. That needs no index; each search reads what is not resident of all units.
 */
import { AT } from "./constants.js";
import type { DebugFile } from "./debug-file.js";
import { searchMarks } from "./mark-search.js";
import type { Section } from "./sections.js";
import type { Unit } from "./unit.js";

export function unitsNaming(file: DebugFile, name: string): readonly Unit[] {
  if (name === "") return [];
  const word = Buffer.from(`${name}\0`, "latin1");
  if (file.section(".debug_str_offsets").size > 0) return ofStringNumbers(file, word);
  const marks = [...stringPlaces(file, name)].map(u32);
  const found = unitsWith(file, [...marks, ...supplementMarks(file, word), word]);
  return file.units().filter((unit) => found.has(unit));
}

/** Those that hold one of the marks. */
function unitsWith(file: DebugFile, marks: readonly Buffer[]): ReadonlySet<Unit> {
  const found = new Set<Unit>();
  for (const { section, base } of file.unitSections()) {
    searchMarks(section, marks, (at) => {
      const unit = file.unitAround(base + at);
      if (unit === undefined) return undefined;
      found.add(unit);
      // Numbers of strings that stand early in their table are everywhere: one is enough.
      return unit.end - base;
    });
  }
  return found;
}

/** Where a string is in the table of strings; asked for in each unit. */
export function stringPlaces(file: DebugFile, name: string): ReadonlySet<number> {
  if (file.strings?.name !== name) {
    const word = Buffer.from(`${name}\0`, "latin1");
    file.strings = { name, places: new Set(placesOf(file.section(".debug_str"), word)) };
  }
  return file.strings.places;
}

/** Units name strings by number: their tables hold where those are. */
function ofStringNumbers(file: DebugFile, word: Buffer): readonly Unit[] {
  const marks = placesOf(file.section(".debug_str"), word).map(u32);
  const table = file.section(".debug_str_offsets");
  const at: number[] = [];
  searchMarks(table, marks, (place) => void (place % 4 === 0 && at.push(place)));
  const units = file.units().map((unit) => ({ unit, base: tableOf(unit) }));
  const bases = [...new Set(units.map(({ base }) => base))].sort((a, b) => a - b);
  const wanted = new Set<number>();
  // Both ascend: each place belongs to the last table that has begun.
  let next = 0;
  for (const place of at.sort((a, b) => a - b)) {
    while ((bases[next] ?? Infinity) <= place) next++;
    const base = bases[next - 1];
    if (base !== undefined) wanted.add(base);
  }
  const found = new Set(units.filter(({ base }) => wanted.has(base)).map(({ unit }) => unit));
  // It may stand in the unit itself, or in another file.
  const others = unitsWith(file, [...supplementMarks(file, word), word]);
  return file.units().filter((unit) => found.has(unit) || others.has(unit));
}

/** Of what was left out of a file, all have one; in a package, each its own part. */
function tableOf(unit: Unit): number {
  const part = unit.contributions?.get(".debug_str_offsets");
  return (part?.start ?? 0) + Number(unit.root.number(AT.stringOffsetsBase) ?? 0n);
}

const supplementMarks = (file: DebugFile, word: Buffer): readonly Buffer[] => {
  const supplement = file.supplement();
  return supplement === undefined ? [] : placesOf(supplement.section(".debug_str"), word).map(u32);
};

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Offsets of a string; one may be the end of a longer one. */
function placesOf(strings: Section, word: Buffer): readonly number[] {
  const found: number[] = [];
  searchMarks(strings, [word], (at) => found.push(at));
  return found;
}
