import { FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";

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

/** By code. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

export function readAbbreviations(cursor: Cursor): Abbreviations {
  const found = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) found.set(code, readAbbreviation(cursor));
  return found;
}

/** One alone: nothing is kept of the others. */
export function findAbbreviation(cursor: Cursor, wanted: number): Abbreviation | undefined {
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    if (code === wanted) return readAbbreviation(cursor);
    cursor.skipLeb();
    cursor.skip(1);
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      if (name === 0 && form === 0) break;
      if (form === FORM.implicitConst) cursor.skipLeb();
    }
  }
  return undefined;
}

function readAbbreviation(cursor: Cursor): Abbreviation {
  const tag = cursor.uleb();
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
