import { FORM } from "./constants.js";
import { Cursor } from "./cursor.js";

export interface AttributeSpec {
  readonly name: number;
  readonly form: number;
  /** Of `implicitConst`: the value itself. */
  readonly implicit: bigint;
}

/** What entries of one kind have. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly AttributeSpec[];
}

/** Those of a unit, by code. There are a hundred of them, of which few are asked for: only these are more than a place in a table. */
export class Abbreviations {
  readonly #bytes: Uint8Array;
  readonly #codes: readonly number[];
  readonly #tags: readonly number[];
  /** Behind code and tag, in the bytes. */
  readonly #places: readonly number[];
  readonly #known = new Map<number, Abbreviation>();

  constructor(bytes: Uint8Array, codes: readonly number[], tags: readonly number[], places: readonly number[]) {
    this.#bytes = bytes;
    this.#codes = codes;
    this.#tags = tags;
    this.#places = places;
  }

  get(code: number): Abbreviation | undefined {
    const known = this.#known.get(code);
    if (known !== undefined) return known;
    // Compilers count from 1.
    const ordinal = this.#codes[code - 1] === code ? code - 1 : this.#codes.indexOf(code);
    const at = this.#places[ordinal];
    if (at === undefined) return undefined;
    const read = readAbbreviation(new Cursor(this.#bytes, at), this.#tags[ordinal] ?? 0);
    this.#known.set(code, read);
    return read;
  }

  /** Of kinds with one of these tags, in the order of the table. */
  codesOf(tags: ReadonlySet<number>): readonly number[] {
    return this.#codes.filter((_, ordinal) => tags.has(this.#tags[ordinal] ?? 0));
  }
}

export function readAbbreviations(cursor: Cursor): Abbreviations {
  const { bytes, at: start } = cursor;
  const codes: number[] = [];
  const tags: number[] = [];
  const places: number[] = [];
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    codes.push(code);
    tags.push(cursor.uleb());
    places.push(cursor.at - start);
    skipAbbreviation(cursor);
  }
  return new Abbreviations(bytes.slice(start, cursor.at), codes, tags, places);
}

/** One alone: nothing is kept of the others. */
export function findAbbreviation(cursor: Cursor, wanted: number): Abbreviation | undefined {
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    if (code === wanted) return readAbbreviation(cursor, tag);
    skipAbbreviation(cursor);
  }
  return undefined;
}

/** From behind the tag. Nearly all numbers are of one byte, and a call for each would take three times as long. */
function skipAbbreviation(cursor: Cursor): void {
  cursor.skip(1);
  const { bytes } = cursor;
  let { at } = cursor;
  for (;;) {
    const name = bytes[at] as number;
    const form = bytes[at + 1] as number;
    if (name < 0x80 && form < 0x80 && form !== FORM.implicitConst) {
      at += 2;
      if (name !== 0 || form !== 0) continue;
      cursor.at = at;
      return;
    }
    // Of more bytes, with a value, or cut off.
    cursor.at = at;
    if (skipAttribute(cursor) === "last") return;
    ({ at } = cursor);
  }
}

function skipAttribute(cursor: Cursor): "last" | "more" {
  const name = cursor.uleb();
  const form = cursor.uleb();
  if (form === FORM.implicitConst) cursor.skipLeb();
  return name === 0 && form === 0 ? "last" : "more";
}

function readAbbreviation(cursor: Cursor, tag: number): Abbreviation {
  const hasChildren = cursor.u8() !== 0;
  return { tag, hasChildren, attributes: readAttributes(cursor) };
}

function readAttributes(cursor: Cursor): readonly AttributeSpec[] {
  const attributes: AttributeSpec[] = [];
  for (;;) {
    const name = cursor.uleb();
    const form = cursor.uleb();
    if (name === 0 && form === 0) return attributes;
    attributes.push({ name, form, implicit: form === FORM.implicitConst ? cursor.sleb() : 0n });
  }
}
