/** Sizes and C-like layout (language.md 7.1, 7.5): what `sizeof` says and what memory holds. */
import { type ByKind, match } from "./by-kind.js";
import type { ArrayType, RecordType, TupleType, Type } from "./type.js";

/** In bytes. */
export const sizeOf = (type: Type): number => match(type, SIZES);

const SIZES: ByKind<Type, number> = {
  none: () => 0,
  void: () => 0,
  bool: () => 1,
  int: (t) => t.bytes,
  enum: (t) => t.bytes,
  string: (t) => t.sizeBytes,
  buffer: (t) => t.sizeBytes,
  pointer: () => 8,
  array: (t) => strideOfArray(t) * t.length,
  struct: (t) => t.sizeBytes,
  tuple: (t) => layoutOf(t).sizeBytes,
  record: (t) => layoutOf(t).sizeBytes,
  stack: (t) => (t.isUser ? 16 : 8) + t.limit * (t.mode === "build_id" ? 32 : 8),
  /** As a value. */
  aggregation: ({ of: { reads } }) => (typeof reads === "object" ? 8 * reads.length : 8),
  inet: (t) => t.sizeBytes,
  ksym: () => 8,
  usym: () => 16,
  mac: () => 6,
  timestamp: () => 16,
  "timestamp-mode": () => 8,
  username: () => 8,
  "cgroup-path": () => 16,
};

/** In bytes. */
export const strideOfArray = ({ element, strideBytes }: ArrayType): number => strideBytes ?? sizeOf(element);

/** In bytes; a power of two up to 8. Strings and byte blobs align to 1. */
export const alignOf = (type: Type): number => match(type, ALIGNMENTS);

const ALIGNMENTS: ByKind<Type, number> = {
  none: () => 1,
  void: () => 1,
  bool: () => 1,
  int: (t) => t.bytes,
  enum: (t) => t.bytes,
  string: () => 1,
  buffer: () => 4,
  pointer: () => 8,
  array: (t) => alignOf(t.element),
  struct: (t) => (t.sizeBytes % 8 === 0 ? 8 : t.sizeBytes % 4 === 0 ? 4 : t.sizeBytes % 2 === 0 ? 2 : 1),
  tuple: (t) => layoutOf(t).alignBytes,
  record: (t) => layoutOf(t).alignBytes,
  stack: () => 8,
  aggregation: () => 8,
  inet: () => 8,
  ksym: () => 8,
  usym: () => 8,
  mac: () => 1,
  timestamp: () => 8,
  "timestamp-mode": () => 8,
  username: () => 8,
  "cgroup-path": () => 8,
};

export interface Layout {
  readonly offsets: readonly number[];
  readonly sizeBytes: number;
  readonly alignBytes: number;
}

/** Elements in order, each at its alignment, the whole padded to the largest one. */
export function layoutOf(type: TupleType | RecordType): Layout {
  return layOut(type.kind === "tuple" ? type.elements : type.fields.map((f) => f.type));
}

export function layOut(types: readonly Type[]): Layout {
  const offsets: number[] = [];
  let end = 0;
  let alignBytes = 1;
  for (const type of types) {
    const extent = extentOf(type);
    alignBytes = Math.max(alignBytes, extent.alignBytes);
    const offset = alignUp(end, extent.alignBytes);
    offsets.push(offset);
    end = offset + extent.sizeBytes;
  }
  return { offsets, sizeBytes: alignUp(end, alignBytes), alignBytes };
}

type Extent = Pick<Layout, "sizeBytes" | "alignBytes">;

/** Size and alignment at once: to ask for one after the other would double the work with each level of tuples in tuples. */
function extentOf(type: Type): Extent {
  if (type.kind === "tuple" || type.kind === "record") return layoutOf(type);
  if (type.kind !== "array") return { sizeBytes: sizeOf(type), alignBytes: alignOf(type) };
  const { sizeBytes, alignBytes } = extentOf(type.element);
  return { sizeBytes: (type.strideBytes ?? sizeBytes) * type.length, alignBytes };
}

export const alignUp = (n: number, align: number): number => Math.ceil(n / align) * align;
