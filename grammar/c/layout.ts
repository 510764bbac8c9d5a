/** Sizes, alignments and the places of members, as gcc has them on x86-64 (System V ABI). */
import { type CMember, type CType, plain, type RecordBody } from "./type.js";

const POINTER_BYTES = 8;

/** Undefined: incomplete. */
export function sizeOfC(type: CType): number | undefined {
  switch (type.kind) {
    case "void":
    case "function":
      return undefined;
    case "bool":
      return 1;
    case "integer":
      return type.bytes;
    case "opaque":
    case "external":
      return type.sizeBytes;
    case "pointer":
      return POINTER_BYTES;
    case "array": {
      const element = sizeOfC(type.element);
      return element === undefined ? undefined : element * (type.length ?? 0);
    }
    case "record":
      return type.body?.sizeBytes;
    case "enum":
      return type.body?.bytes;
    case "aligned":
      return sizeOfC(type.type);
    case "unknown":
      return 0;
  }
}

export function alignOfC(type: CType): number {
  switch (type.kind) {
    case "array":
      return alignOfC(type.element);
    case "opaque":
    case "external":
    case "aligned":
      return type.alignBytes;
    case "record":
      return type.body?.alignBytes ?? 1;
    case "unknown":
      return 1;
    default:
      return sizeOfC(type) ?? 1;
  }
}

/** Attributes that change where things lie. */
export interface LayoutAttributes {
  readonly isPacked: boolean;
  /** 0: none. */
  readonly alignBytes: number;
}

export const NO_ATTRIBUTES: LayoutAttributes = { isPacked: false, alignBytes: 0 };

/** A member as declared. */
export interface Field {
  readonly name: string | undefined;
  readonly type: CType;
  readonly bitSize: number | undefined;
  readonly attributes: LayoutAttributes;
}

export interface RecordLayout {
  readonly isUnion: boolean;
  readonly fields: readonly Field[];
  readonly attributes: LayoutAttributes;
  /** `#pragma pack(n)`; 0: none. */
  readonly packBytes: number;
}

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

export function layOutRecord(record: RecordLayout): RecordBody {
  const members: CMember[] = [];
  let endBits = 0;
  let alignBytes = 1;
  for (const field of record.fields) {
    const placed = (field.bitSize === undefined ? placeMember : placeBitField)(
      record,
      field,
      record.isUnion ? 0 : endBits,
    );
    alignBytes = Math.max(alignBytes, placed.alignBytes);
    endBits = Math.max(endBits, placed.endBits);
    if (isVisible(field)) {
      members.push({ name: field.name, type: field.type, offsetBits: placed.offsetBits, bitSize: field.bitSize });
    }
  }
  alignBytes = Math.max(alignBytes, record.attributes.alignBytes);
  return { members, sizeBytes: roundUp(Math.ceil(endBits / 8), alignBytes), alignBytes };
}

/** Bit-fields without a name are holes. */
const isVisible = ({ name, bitSize }: Field): boolean => name !== undefined || bitSize === undefined;

interface Placed {
  readonly offsetBits: number;
  readonly endBits: number;
  /** What the member asks of the whole struct. */
  readonly alignBytes: number;
}

function placeMember(record: RecordLayout, { type, attributes }: Field, endBits: number): Placed {
  const isPacked = record.attributes.isPacked || attributes.isPacked;
  const ownAlign = Math.max(isPacked ? 1 : alignOfC(type), attributes.alignBytes);
  const alignBytes = record.packBytes === 0 ? ownAlign : Math.min(ownAlign, record.packBytes);
  const offsetBits = roundUp(endBits, alignBytes * 8);
  return { offsetBits, endBits: offsetBits + (sizeOfC(type) ?? 0) * 8, alignBytes };
}

/**
 * A bit-field does not cross a boundary of its type's alignment, unless it is packed: then it begins at the next bit.
 * One of zero bits ends the unit; without a name it asks nothing of the struct.
 */
function placeBitField(record: RecordLayout, field: Field, endBits: number): Placed {
  const { attributes, bitSize = 0, type, name } = field;
  const isPacked = (record.attributes.isPacked || attributes.isPacked) && bitSize > 0;
  const limit = record.packBytes > 0 && bitSize > 0 ? record.packBytes : Infinity;
  const typeAlign = Math.min(alignOfC(type), limit);
  const askedAlign = Math.min(attributes.alignBytes, limit);
  const alignBits = 8 * Math.max(isPacked ? 0 : typeAlign, askedAlign);
  const unitBits = (sizeOfC(plain(type)) ?? 0) * 8;
  const crosses = !isPacked && record.packBytes === 0 && (endBits % alignBits) + bitSize > unitBits;
  const isAligned = bitSize === 0 || askedAlign > 0 || crosses;
  const offsetBits = isAligned ? roundUp(endBits, alignBits) : endBits;
  // With `#pragma pack` the struct is aligned for the type even if the field is packed: gcc does so.
  const ofStruct = isPacked && record.packBytes === 0 ? 1 : typeAlign;
  return {
    offsetBits,
    endBits: offsetBits + bitSize,
    alignBytes: name === undefined ? 1 : Math.max(ofStruct, askedAlign),
  };
}
