/**
 * The kinds of BTF types, one row each. The index pass, the decoders and the encoder read this table.
 *
 *     struct btf_type            then, by kind
 *     +----------+----------+----------+- - - - - - -+- - - - - - - - - - -+
 *     | name_off |   info   | size/type| `fixed` words| `each` words x vlen |
 *     +----------+----------+----------+- - - - - - -+- - - - - - - - - - -+
 *                 31        30..24     23..0
 *                 kind_flag  kind       vlen
 *
 * Before Linux 7.1 kinds had 5 bits and vlen 16; the bits between were zero.
 * @see linux/btf.h; Documentation/bpf/btf.rst
 */
export interface KindLayout {
  readonly number: number;
  /** 32-bit words that always follow `struct btf_type`. */
  readonly fixed: number;
  /** 32-bit words that follow for each of `vlen` parts. */
  readonly each: number;
}

export const KINDS = {
  int: { number: 1, fixed: 1, each: 0 },
  ptr: { number: 2, fixed: 0, each: 0 },
  array: { number: 3, fixed: 3, each: 0 },
  struct: { number: 4, fixed: 0, each: 3 },
  union: { number: 5, fixed: 0, each: 3 },
  enum: { number: 6, fixed: 0, each: 2 },
  fwd: { number: 7, fixed: 0, each: 0 },
  typedef: { number: 8, fixed: 0, each: 0 },
  volatile: { number: 9, fixed: 0, each: 0 },
  const: { number: 10, fixed: 0, each: 0 },
  restrict: { number: 11, fixed: 0, each: 0 },
  func: { number: 12, fixed: 0, each: 0 },
  func_proto: { number: 13, fixed: 0, each: 2 },
  var: { number: 14, fixed: 1, each: 0 },
  datasec: { number: 15, fixed: 0, each: 3 },
  float: { number: 16, fixed: 0, each: 0 },
  decl_tag: { number: 17, fixed: 1, each: 0 },
  type_tag: { number: 18, fixed: 0, each: 0 },
  enum64: { number: 19, fixed: 0, each: 3 },
} as const satisfies Record<string, KindLayout>;

export type BtfKind = keyof typeof KINDS;

/** Indexed by kind number; number 0 is `void`, which has no entry in the type section. */
export const KIND_NAMES: readonly (BtfKind | undefined)[] = (() => {
  const names: (BtfKind | undefined)[] = [];
  for (const [name, { number }] of Object.entries(KINDS)) names[number] = name as BtfKind;
  return names;
})();

export const BTF_MAGIC = 0xeb9f;
export const BTF_VERSION = 1;
/** One more than the largest kind number that fits. */
export const KIND_LIMIT = 128;
/** Bytes of the `struct btf_header` that every version has. */
export const HEADER_BYTES = 24;
/** Bytes of one that tells where the layout section is. */
export const LAYOUT_HEADER_BYTES = 32;
/** Words of `struct btf_type`. */
export const TYPE_WORDS = 3;

/** In the word after `struct btf_type` of an `int`, bits 24..27. */
export const INT_SIGNED = 1;
export const INT_CHAR = 2;
export const INT_BOOL = 4;

export const kindNumberOf = (info: number): number => (info >>> 24) & 0x7f;
export const vlenOf = (info: number): number => info & 0xffffff;
export const kindFlagOf = (info: number): boolean => info >>> 31 === 1;
