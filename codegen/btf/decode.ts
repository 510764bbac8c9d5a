/** One decoder for each kind of BTF type. */
import type { BtfEnum, BtfMember, BtfType, Linkage } from "./btf-type.js";
import { BtfError } from "./error.js";
import { INT_BOOL, INT_CHAR, INT_SIGNED, kindFlagOf, TYPE_WORDS, vlenOf, type BtfKind } from "./kinds.js";

/** One type's words. The index pass has checked that all of them are there. */
export interface RawType {
  readonly words: Uint32Array;
  /** Index of the type's first word. */
  readonly at: number;
  name(offset: number): string;
  /** Width in bits of a plain `int` that is narrower than its storage, as old compilers wrote bit-fields. */
  narrowIntBits(type: number): { readonly bits: number; readonly bitOffset: number } | undefined;
}

const word = (raw: RawType, index: number): number => raw.words[raw.at + index] ?? 0;
const nameOf = (raw: RawType): string => raw.name(word(raw, 0));
const info = (raw: RawType): number => word(raw, 1);
/** `size` or `type`, by kind. */
const third = (raw: RawType): number => word(raw, 2);

const LINKAGES: readonly Linkage[] = ["static", "global", "extern"];

function linkage(number: number): Linkage {
  const found = LINKAGES[number];
  if (found === undefined) throw new BtfError(`BTF linkage ${number} is unknown`);
  return found;
}

/** Calls `part` with the word index of each of the `vlen` parts. */
function parts<T>(raw: RawType, wordsEach: number, part: (at: number) => T): T[] {
  const found: T[] = [];
  for (let i = 0, at = TYPE_WORDS; i < vlenOf(info(raw)); i++, at += wordsEach) found.push(part(at));
  return found;
}

/** With `kind_flag` the offset word is 8 bits of bit-field width and 24 bits of offset, else it is all offset. */
export function decodeMember(raw: RawType, at: number): BtfMember {
  const name = raw.name(word(raw, at));
  const type = word(raw, at + 1);
  const offset = word(raw, at + 2);
  if (kindFlagOf(info(raw))) return { name, type, bitOffset: offset & 0xffffff, bitSize: offset >>> 24 };
  const narrow = raw.narrowIntBits(type);
  if (narrow === undefined) return { name, type, bitOffset: offset, bitSize: 0 };
  return { name, type, bitOffset: offset + narrow.bitOffset, bitSize: narrow.bits };
}

const composite =
  (kind: "struct" | "union") =>
  (raw: RawType): BtfType => ({
    kind,
    name: nameOf(raw),
    bytes: third(raw),
    members: parts(raw, 3, (at) => decodeMember(raw, at)),
  });

const qualifier =
  (kind: "const" | "volatile" | "restrict") =>
  (raw: RawType): BtfType => ({ kind, target: third(raw) });

/** @param value of the enumerator whose words start at `at`, before its sign is known */
function enumeration(raw: RawType, wordsEach: number, value: (at: number) => bigint): BtfEnum {
  const isSigned = kindFlagOf(info(raw));
  const bytes = third(raw);
  const values = parts(raw, wordsEach, (at) => ({
    name: raw.name(word(raw, at)),
    value: isSigned ? BigInt.asIntN(wordsEach === 2 ? 32 : 64, value(at)) : value(at),
  }));
  return { kind: "enum", name: nameOf(raw), bytes, isSigned, values };
}

export const DECODERS: { readonly [K in BtfKind]: (raw: RawType) => BtfType } = {
  int(raw) {
    const encoding = word(raw, TYPE_WORDS);
    const flags = (encoding >>> 24) & 0x0f;
    return {
      kind: "int",
      name: nameOf(raw),
      bytes: third(raw),
      bits: encoding & 0xff,
      bitOffset: (encoding >>> 16) & 0xff,
      isSigned: (flags & INT_SIGNED) !== 0,
      isBool: (flags & INT_BOOL) !== 0,
      isChar: (flags & INT_CHAR) !== 0,
    };
  },
  ptr: (raw) => ({ kind: "ptr", target: third(raw) }),
  array: (raw) => ({
    kind: "array",
    element: word(raw, TYPE_WORDS),
    index: word(raw, TYPE_WORDS + 1),
    count: word(raw, TYPE_WORDS + 2),
  }),
  struct: composite("struct"),
  union: composite("union"),
  enum: (raw) => enumeration(raw, 2, (at) => BigInt(word(raw, at + 1))),
  enum64: (raw) => enumeration(raw, 3, (at) => BigInt(word(raw, at + 1)) | (BigInt(word(raw, at + 2)) << 32n)),
  fwd: (raw) => ({ kind: "fwd", name: nameOf(raw), isUnion: kindFlagOf(info(raw)) }),
  typedef: (raw) => ({ kind: "typedef", name: nameOf(raw), target: third(raw) }),
  volatile: qualifier("volatile"),
  const: qualifier("const"),
  restrict: qualifier("restrict"),
  func: (raw) => ({ kind: "func", name: nameOf(raw), proto: third(raw), linkage: linkage(vlenOf(info(raw))) }),
  func_proto(raw) {
    const params = parts(raw, 2, (at) => ({ name: raw.name(word(raw, at)), type: word(raw, at + 1) }));
    // `...` is written as a last parameter without name and type.
    const last = params.at(-1);
    const isVariadic = last !== undefined && last.name === "" && last.type === 0;
    return { kind: "func_proto", result: third(raw), params: isVariadic ? params.slice(0, -1) : params, isVariadic };
  },
  var: (raw) => ({ kind: "var", name: nameOf(raw), target: third(raw), linkage: linkage(word(raw, TYPE_WORDS)) }),
  datasec: (raw) => ({
    kind: "datasec",
    name: nameOf(raw),
    bytes: third(raw),
    vars: parts(raw, 3, (at) => ({ type: word(raw, at), offset: word(raw, at + 1), bytes: word(raw, at + 2) })),
  }),
  float: (raw) => ({ kind: "float", name: nameOf(raw), bytes: third(raw) }),
  decl_tag: (raw) => ({
    kind: "decl_tag",
    name: nameOf(raw),
    isAttribute: kindFlagOf(info(raw)),
    target: third(raw),
    component: word(raw, TYPE_WORDS) | 0,
  }),
  type_tag: (raw) => ({
    kind: "type_tag",
    name: nameOf(raw),
    isAttribute: kindFlagOf(info(raw)),
    target: third(raw),
  }),
};
