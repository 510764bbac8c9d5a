/** `.gdb_index`: which units have a name, as gdb and linkers write it. @see gdb's manual, "Index Section Format" */
import { Cursor } from "./cursor.js";
import { searchMarks } from "./mark-search.js";
import type { Section } from "./sections.js";

/** Places of units in `.debug_info`, or in `.debug_types`. */
export interface IndexedUnits {
  readonly units: readonly number[];
  readonly typeUnits: readonly number[];
}

const FIRST_VERSION = 7;
const LAST_VERSION = 9;
/** Of a name before its last part. */
const MAX_QUALIFIER_BYTES = 4096;
const UNIT_BITS = 0xff_ffff;

interface Parts {
  readonly units: Section;
  readonly typeUnits: Section;
  readonly slots: Section;
  readonly pool: Section;
}

/**
 * Those that have a thing of that name, whatever it is in.
 *
 * @returns undefined when there is no index of a version that is known
 */
export function gdbIndexed(section: Section, name: string): IndexedUnits | undefined {
  const parts = section.size === 0 ? undefined : partsOf(section);
  if (parts === undefined) return undefined;
  const found = { units: new Set<number>(), typeUnits: new Set<number>() };
  const whole = vectorOfWhole(parts, name);
  if (whole !== undefined) addUnits(parts, whole, found);
  else for (const vector of vectorsEnding(parts, name)) addUnits(parts, vector, found);
  return { units: [...found.units], typeUnits: [...found.typeUnits] };
}

function partsOf(section: Section): Parts | undefined {
  const header = new Cursor(section.bytes(0, Math.min(28, section.size)), 0, { section, offset: 0 });
  const version = header.u32();
  if (version < FIRST_VERSION || version > LAST_VERSION) return undefined;
  const [units, typeUnits, addresses, slots] = [header.u32(), header.u32(), header.u32(), header.u32()];
  const behindSlots = header.u32();
  const pool = version >= 9 ? header.u32() : behindSlots;
  const part = (start: number, end: number): Section => section.part(start, Math.max(0, end - start));
  return {
    units: part(units, typeUnits),
    typeUnits: part(typeUnits, addresses),
    slots: part(slots, behindSlots),
    pool: part(pool, section.size),
  };
}

/** The table is one of hashes: from the first slot on in steps, up to an empty one. */
function vectorOfWhole({ slots, pool }: Parts, name: string): number | undefined {
  const count = Math.floor(slots.size / 8);
  const hash = hashOf(name);
  const step = (Math.imul(hash, 17) & (count - 1)) | 1;
  for (let i = 0, slot = hash & (count - 1); i < count; i++, slot = (slot + step) & (count - 1)) {
    const { place, vector } = slots.parse(slot * 8, (cursor) => ({ place: cursor.u32(), vector: cursor.u32() }));
    if (place === 0 && vector === 0) return undefined;
    if (pool.string(place) === name) return vector;
  }
  return undefined;
}

function hashOf(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    hash = (Math.imul(hash, 67) + (code >= 0x41 && code <= 0x5a ? code + 0x20 : code) - 113) >>> 0;
  }
  return hash;
}

/** What is in a namespace or class is there by its whole name, of which this is the end. */
function* vectorsEnding({ slots, pool }: Parts, last: string): Generator<number> {
  const ends: number[] = [];
  searchMarks(pool, [Buffer.from(`${last}\0`, "latin1")], (at) => ends.push(at));
  if (ends.length === 0) return;
  const starts = ends.map((end) => qualifierStart(pool, end));
  for (const { bytes } of slots.chunks(0)) {
    for (let at = 0; at + 8 <= bytes.length; at += 8) {
      const name = bytes.readUInt32LE(at);
      const vector = bytes.readUInt32LE(at + 4);
      if (name === 0 && vector === 0) continue;
      const next = firstFrom(ends, name);
      if (name === ends[next] || name >= (starts[next] ?? Infinity)) yield vector;
    }
  }
}

/** Where in ascending numbers. */
function firstFrom(numbers: readonly number[], least: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first place of the string that a last part is in, if another part is before it; else its own. Asked once, and not for each slot. */
function qualifierStart(pool: Section, end: number): number {
  const start = Math.max(0, end - MAX_QUALIFIER_BYTES);
  const text = Buffer.from(pool.bytes(start, end - start)).toString("latin1");
  return text.endsWith("::") ? start + text.lastIndexOf("\0") + 1 : end;
}

function addUnits(parts: Parts, vector: number, found: { units: Set<number>; typeUnits: Set<number> }): void {
  const count = parts.pool.parse(vector, (cursor) => cursor.u32());
  const numbers = parts.pool.bytes(vector + 4, count * 4);
  const unitCount = Math.floor(parts.units.size / 16);
  for (const cursor = new Cursor(numbers); !cursor.isAtEnd;) {
    const number = cursor.u32() & UNIT_BITS;
    if (number < unitCount) found.units.add(placeIn(parts.units, number * 16));
    else found.typeUnits.add(placeIn(parts.typeUnits, (number - unitCount) * 24));
  }
}

const placeIn = (list: Section, at: number): number => list.parse(at, (cursor) => cursor.offset(8));
