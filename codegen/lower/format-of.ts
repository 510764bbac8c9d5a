/** From a type to what user space needs to print its bytes. */
import type { RecordFormatField, ValueFormat } from "../object.js";
import { layoutOf, strideOfArray } from "../types/layout.js";
import type { Member, StructSource } from "../types/struct-source.js";
import type { ReadField, StructType, Type } from "../types/type.js";

export function formatOf(type: Type, structs: StructSource): ValueFormat {
  const row = FORMATS[type.kind] as (t: Type, structs: StructSource) => ValueFormat;
  return row(type, structs);
}

type Row<T> = (type: T, structs: StructSource) => ValueFormat;

const FORMATS: { readonly [K in Type["kind"]]: Row<Extract<Type, { kind: K }>> } = {
  none: () => ({ kind: "none" }),
  void: () => ({ kind: "none" }),
  bool: () => ({ kind: "bool" }),
  int: (t) => ({ kind: "int", bytes: t.bytes, isSigned: t.isSigned }),
  enum: (t, structs) => ({
    kind: "enum",
    bytes: t.bytes,
    isSigned: t.isSigned,
    names: structs.enumerators(t).map((e) => [String(e.value), e.name] as const),
  }),
  string: (t) => ({ kind: "string", bytes: t.sizeBytes }),
  buffer: (t) => ({ kind: "buffer", bytes: t.sizeBytes }),
  pointer: () => ({ kind: "pointer" }),
  array: (t, structs) => ({
    kind: "array",
    element: untruncated(formatOf(t.element, structs), t.strideBytes),
    count: t.length,
    stride: strideOfArray(t),
  }),
  struct: structFormat,
  tuple: (t, structs) => {
    const layout = layoutOf(t);
    return {
      kind: "tuple",
      bytes: layout.sizeBytes,
      elements: t.elements.map((e, i) => ({ offset: layout.offsets[i] ?? 0, format: formatOf(e, structs) })),
    };
  },
  record: (t, structs) => {
    const layout = layoutOf(t);
    return {
      kind: "record",
      bytes: layout.sizeBytes,
      fields: t.fields.map((f, i) => ({
        name: f.name,
        offset: layout.offsets[i] ?? 0,
        format: formatOf(f.type, structs),
      })),
    };
  },
  stack: (t) => ({ kind: "stack", isUser: t.isUser, mode: t.mode, limit: t.limit }),
  /** Read as a value: all CPUs together. */
  aggregation: ({ of: { reads }, isSigned }) =>
    typeof reads === "object" ? recordFormat(reads, isSigned) : { kind: "int", bytes: 8, isSigned },
  inet: () => ({ kind: "inet" }),
  ksym: () => ({ kind: "ksym" }),
  usym: () => ({ kind: "usym" }),
  mac: () => ({ kind: "mac" }),
  timestamp: () => ({ kind: "timestamp" }),
  "timestamp-mode": () => ({ kind: "none" }),
  username: () => ({ kind: "username" }),
  "cgroup-path": () => ({ kind: "cgroup-path" }),
};

const recordFormat = (members: readonly ReadField[], isSigned: boolean): ValueFormat => ({
  kind: "record",
  bytes: 8 * members.length,
  fields: members.map(({ name, hasSign }, i) => ({
    name,
    offset: 8 * i,
    format: { kind: "int", bytes: 8, isSigned: hasSign && isSigned },
  })),
});

function structFormat(type: StructType, structs: StructSource): ValueFormat {
  return {
    kind: "record",
    bytes: type.sizeBytes,
    fields: structs.members(type).map((member) => memberFormat(member, structs)),
  };
}

function memberFormat(member: Member, structs: StructSource): RecordFormatField {
  const { name, offsetBits, bitSize } = member;
  const format = untruncated(formatOf(member.type, structs), member.charBytes);
  const offset = Math.floor(offsetBits / 8);
  return { name, offset, format, ...(bitSize === undefined ? {} : { bits: { shift: offsetBits % 8, size: bitSize } }) };
}

/**
 * A struct's char array may fill its bytes without a NUL; then it was not cut off.
 *
 * @param charBytes as many as there are, if the type has another number
 */
function untruncated(format: ValueFormat, charBytes?: number): ValueFormat {
  if (format.kind === "string") return { ...format, bytes: charBytes ?? format.bytes, noTrailer: true };
  return format;
}
