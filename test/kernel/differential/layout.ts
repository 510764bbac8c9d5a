/** Where things lie in memory: C's rules, also for tuples and records (language.md 7.5). */
import type { Member, ValueType } from "./types.js";

export interface Place {
  readonly name: string;
  readonly type: ValueType;
  readonly offset: number;
  /** Of a bit-field, from `offset` on. */
  readonly bitOffset: number;
  readonly bits: number | undefined;
}

export interface Layout {
  readonly places: readonly Place[];
  readonly size: number;
  readonly alignment: number;
}

export const alignUp = (n: number, to: number): number => Math.ceil(n / to) * to;

export function layoutOf(members: readonly Member[]): Layout {
  const places: Place[] = [];
  let bits = 0;
  let alignment = 1;
  for (const { name, type, bits: width } of members) {
    const size = sizeOf(type);
    const align = alignmentOf(type);
    alignment = Math.max(alignment, align);
    if (width === undefined) {
      const offset = alignUp(Math.ceil(bits / 8), align);
      places.push({ name, type, offset, bitOffset: 0, bits: undefined });
      bits = (offset + size) * 8;
    } else {
      // A bit-field never crosses a unit of its type.
      if (Math.floor(bits / (size * 8)) !== Math.floor((bits + width - 1) / (size * 8))) bits = alignUp(bits, size * 8);
      const offset = Math.floor(bits / (size * 8)) * size;
      places.push({ name, type, offset, bitOffset: bits - offset * 8, bits: width });
      bits += width;
    }
  }
  return { places, size: alignUp(Math.ceil(bits / 8), alignment), alignment };
}

export function membersOf(type: ValueType): readonly Member[] {
  if (type.kind === "tuple") return type.elements.map((element, i) => ({ name: `${i}`, type: element }));
  if (type.kind === "record" || type.kind === "struct") return type.members;
  throw new Error(`${type.kind} has no members`);
}

export function sizeOf(type: ValueType): number {
  switch (type.kind) {
    case "int":
    case "string":
    case "chars":
      return type.bytes;
    case "bool":
      return 1;
    case "enum":
    case "pointer":
      return 8;
    case "array":
      return sizeOf(type.element) * type.length;
    case "void":
      return 0;
    default:
      return layoutOf(membersOf(type)).size;
  }
}

function alignmentOf(type: ValueType): number {
  switch (type.kind) {
    case "string":
    case "chars":
    case "bool":
    case "void":
      return 1;
    case "int":
      return type.bytes;
    case "enum":
    case "pointer":
      return 8;
    case "array":
      return alignmentOf(type.element);
    default:
      return layoutOf(membersOf(type)).alignment;
  }
}
