/** Where each type of a BTF type section starts, of which kind it is, and where its name is. */
import { BtfError } from "./error.js";
import { KIND_LIMIT, KIND_NAMES, KINDS, TYPE_WORDS } from "./kinds.js";

/** Columns, by position in the section. */
export interface TypeIndex {
  /** Index of the first word. */
  readonly starts: Int32Array;
  readonly kinds: Uint8Array;
  /** Offsets in the string section. */
  readonly names: Uint32Array;
}

/** Words of a type by kind number. */
export interface KindSizes {
  /** `struct btf_type` and what always follows; -1 for numbers that are no kind. */
  readonly fixed: Int16Array;
  readonly each: Int16Array;
}

/**
 * Fills the columns as far as types are of known kinds.
 *
 * @returns how many there are, and the index of the word behind the last
 */
export type WalkTypes = (words: Uint32Array, sizes: KindSizes, columns: TypeIndex) => readonly [number, number];

const KNOWN_SIZES: KindSizes = {
  fixed: Int16Array.from({ length: KIND_LIMIT }, (_, n) => {
    const kind = KIND_NAMES[n];
    return kind === undefined ? -1 : TYPE_WORDS + KINDS[kind].fixed;
  }),
  each: Int16Array.from({ length: KIND_LIMIT }, (_, n) => {
    const kind = KIND_NAMES[n];
    return kind === undefined ? 0 : KINDS[kind].each;
  }),
};

/**
 * Sizes with those of kinds newer than this program, which the layout section tells: for each kind number
 * one byte of fixed size, one of size for each part, two of flags.
 */
export function kindSizes(layout: Uint8Array): KindSizes {
  if (layout.length === 0) return KNOWN_SIZES;
  const fixed = KNOWN_SIZES.fixed.slice();
  const each = KNOWN_SIZES.each.slice();
  for (let kind = 1; kind < KIND_LIMIT && kind * 4 + 1 < layout.length; kind++) {
    if (KIND_NAMES[kind] !== undefined) continue;
    fixed[kind] = TYPE_WORDS + ((layout[kind * 4] ?? 0) >>> 2);
    each[kind] = (layout[kind * 4 + 1] ?? 0) >>> 2;
  }
  return { fixed, each };
}

/** @throws {@link BtfError} when the section is broken */
export function indexTypes(words: Uint32Array, sizes: KindSizes, walk: WalkTypes): TypeIndex {
  const most = Math.floor(words.length / TYPE_WORDS);
  const columns = { starts: new Int32Array(most), kinds: new Uint8Array(most), names: new Uint32Array(most) };
  const [count, end] = walk(words, sizes, columns);
  if (end + TYPE_WORDS <= words.length) {
    const kind = ((words[end + 1] ?? 0) >>> 24) & 0x7f;
    throw new BtfError(`BTF type ${count + 1} has the unknown kind ${kind}`);
  }
  if (end !== words.length) throw new BtfError(`BTF type ${count} is cut off by the end of the type section`);
  const { starts, kinds, names } = columns;
  return { starts: starts.subarray(0, count), kinds: kinds.subarray(0, count), names: names.subarray(0, count) };
}

/** The one pass over all types. It runs cold, so it is one plain loop over local arrays. */
export const walkTypes: WalkTypes = (words, sizes, { starts, kinds, names }) => {
  let count = 0;
  let at = 0;
  while (at + TYPE_WORDS <= words.length) {
    const info = words[at + 1] as number;
    const kind = (info >>> 24) & 0x7f;
    const fixed = sizes.fixed[kind] as number;
    if (fixed < 0) break;
    starts[count] = at;
    names[count] = words[at] as number;
    kinds[count++] = kind;
    at += fixed + (sizes.each[kind] as number) * (info & 0xffffff);
  }
  return [count, at];
};
