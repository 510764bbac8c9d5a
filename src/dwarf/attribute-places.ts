/**
 * Entries that say something certain in one of their attributes: a name, or which other entry they mean. Where in entries of a
 * kind that stands is mostly known, so a search for its bytes finds where one could begin, and no entry is looked at on the way.
 */
import type { Abbreviation } from "./abbreviations.js";
import { FORM } from "./constants.js";
import { fixedFormBytes } from "./forms.js";
import type { Unit } from "./unit.js";

/** What an attribute is to say. */
export interface Wanted {
  /** One of these numbers of four bytes. */
  readonly numbers: ReadonlySet<number>;
  /** Or this text, with the NUL at its end. */
  readonly text?: Buffer;
}

/** Which attributes, and how they are written: as a number in this form, or as text where text is wanted. */
export interface Asked {
  readonly names: ReadonlySet<number>;
  readonly form: number;
}

interface AttributePlace {
  readonly isText: boolean;
  /** Behind the code of the entry. */
  readonly at: number;
  /** Compilers write short names into entries: so far behind such a one, which is at `at`, is what is meant here. */
  readonly behindText: number | undefined;
}

export type AttributePlaces = readonly AttributePlace[];

/** @returns undefined where that is not the same in all entries of the kind */
export function attributePlaces(
  attributes: Abbreviation["attributes"],
  unit: Unit,
  asked: Asked,
): AttributePlaces | undefined {
  const found: AttributePlace[] = [];
  let at: number | undefined = 0;
  let textAt: number | undefined;
  for (const { name, form } of attributes) {
    const isText = form === FORM.string;
    const bytes = fixedFormBytes(form, unit);
    if (asked.names.has(name)) {
      if (at === undefined || !(isText || (form === asked.form && bytes === 4))) return undefined;
      found.push({ isText, at: textAt ?? at, behindText: textAt === undefined ? undefined : at });
    }
    if (isText && textAt === undefined) {
      textAt = at;
      at = at === undefined ? undefined : 0;
    } else at = at === undefined || bytes === undefined ? undefined : at + bytes;
  }
  return found;
}

/** Whether an entry whose attributes begin there says it. Asked of each function of a unit, of which there are 10,000. */
export function saysAt(places: AttributePlaces, bytes: Buffer, attributesAt: number, wanted: Wanted): boolean {
  for (const { isText, at, behindText } of places) {
    let place = attributesAt + at;
    if (behindText !== undefined) {
      while (place < bytes.length && bytes[place] !== 0) place++;
      place += 1 + behindText;
    }
    if (
      isText ? wanted.text !== undefined && isAt(wanted.text, bytes, place) : isNumberAt(wanted.numbers, bytes, place)
    )
      return true;
  }
  return false;
}

function isNumberAt(numbers: ReadonlySet<number>, bytes: Buffer, at: number): boolean {
  if (at + 4 > bytes.length) return false;
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return numbers.has(a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000);
}

export interface AskedKind {
  /** As entries begin. */
  readonly code: number;
  readonly places: AttributePlaces | undefined;
}

/**
 * Where entries could begin that say it.
 *
 * @returns their places in the unit, ascending; undefined: anywhere
 */
export function possibleEntries(
  kinds: readonly AskedKind[],
  bytes: Buffer,
  { numbers, text }: Wanted,
): readonly number[] | undefined {
  if (kinds.some(({ places }) => places === undefined)) return undefined;
  const ways = waysOf(kinds);
  const found = new Set<number>();
  let hits = 0;
  const search = (mark: Buffer, isText: boolean): void => {
    const fitting = ways.filter(({ place }) => place.isText === isText);
    if (fitting.length === 0) return;
    for (let at = bytes.indexOf(mark); at !== -1 && hits <= MAX_HITS; at = bytes.indexOf(mark, at + 1), hits++)
      for (const way of fitting) addStartsBefore(at, bytes, way, found);
  };
  for (const number of numbers) search(u32(number), false);
  if (text !== undefined) search(text, true);
  return hits > MAX_HITS ? undefined : [...found].sort((a, b) => a - b);
}

/** Small numbers are everywhere, 0 most of all: a walk through all entries is faster then. */
const MAX_HITS = 500;

function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** Units have a hundred kinds of functions, which say the same in a few places. */
interface Way {
  readonly place: AttributePlace;
  readonly codes: Set<number>;
  /** In how many bytes they are written. */
  readonly codeBytes: Set<number>;
}

function waysOf(kinds: readonly AskedKind[]): readonly Way[] {
  const ways = new Map<string, Way>();
  for (const { code, places = [] } of kinds) {
    for (const place of places) {
      const key = `${place.isText} ${place.at} ${place.behindText}`;
      const way = ways.get(key) ?? { place, codes: new Set<number>(), codeBytes: new Set<number>() };
      way.codes.add(code);
      way.codeBytes.add(ulebBytes(code));
      ways.set(key, way);
    }
  }
  return [...ways.values()];
}

/** Where an entry may begin that says it at `saidAt`. */
function addStartsBefore(saidAt: number, bytes: Buffer, way: Way, found: Set<number>): void {
  const { at, behindText } = way.place;
  if (behindText === undefined) return addStart(saidAt - at, bytes, way, found);
  const end = saidAt - behindText - 1;
  if (end < 0 || bytes[end] !== 0) return;
  // Nobody knows how long the text is, but that no other NUL is in it.
  for (let start = end; start >= 0 && (start === end || bytes[start] !== 0); start--)
    addStart(start - at, bytes, way, found);
}

/** If a code ends there. */
function addStart(end: number, bytes: Buffer, { codes, codeBytes }: Way, found: Set<number>): void {
  for (const length of codeBytes) {
    const start = end - length;
    if (start >= 0 && end <= bytes.length && codes.has(ulebAt(bytes, start, length))) found.add(start);
  }
}

function ulebBytes(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Of just so many bytes; -1 where there is none. */
function ulebAt(bytes: Buffer, start: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) {
    const byte = bytes[start + i] as number;
    if (byte < 0x80 !== (i === length - 1)) return -1;
    value = value * 0x80 + (byte & 0x7f);
  }
  return value;
}

const isAt = (wanted: Buffer, bytes: Buffer, at: number): boolean =>
  at >= 0 &&
  at + wanted.length <= bytes.length &&
  bytes[at] === wanted[0] &&
  bytes.compare(wanted, 0, wanted.length, at, at + wanted.length) === 0;
