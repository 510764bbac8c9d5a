/** C types, with what decides the layout of structs. */
import type { CPlace } from "./failure.js";

export type IntegerBytes = 1 | 2 | 4 | 8 | 16;

export interface CInteger {
  readonly kind: "integer";
  /** As C spells it: `unsigned int`. */
  readonly name: string;
  readonly bytes: IntegerBytes;
  readonly isSigned: boolean;
}

export interface CPointer {
  readonly kind: "pointer";
  readonly to: CType;
}

export interface CArray {
  readonly kind: "array";
  readonly element: CType;
  /** Undefined: `[]`. */
  readonly length: number | undefined;
}

export interface CMember {
  /** Undefined: an anonymous struct or union, whose members are reached as if they were here. */
  readonly name: string | undefined;
  readonly type: CType;
  readonly offsetBits: number;
  /** Of bit-fields. */
  readonly bitSize: number | undefined;
}

export interface RecordBody {
  readonly members: readonly CMember[];
  readonly sizeBytes: number;
  readonly alignBytes: number;
}

/** A struct or union. Its body comes later than the first pointers to it. */
export interface CRecord {
  readonly kind: "record";
  readonly tag: "struct" | "union";
  /** Undefined: without a tag. */
  readonly name: string | undefined;
  /** The first typedef of one without a tag. */
  typedefName: string | undefined;
  /** The struct in whose body it is defined, and where. */
  readonly outer: CRecord | undefined;
  readonly place: CPlace;
  body: RecordBody | undefined;
}

export interface CEnumerator {
  readonly name: string;
  readonly value: bigint;
}

export interface CEnum {
  readonly kind: "enum";
  readonly name: string | undefined;
  typedefName: string | undefined;
  readonly outer: CRecord | undefined;
  readonly place: CPlace;
  body: EnumBody | undefined;
}

export interface EnumBody {
  readonly enumerators: readonly CEnumerator[];
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
}

export type CType =
  | { readonly kind: "void" }
  | { readonly kind: "bool" }
  | CInteger
  /** What scripts can only step over: floating point, complex numbers, vectors, `va_list`. */
  | { readonly kind: "opaque"; readonly name: string; readonly sizeBytes: number; readonly alignBytes: number }
  | CPointer
  | CArray
  | { readonly kind: "function" }
  | CRecord
  | CEnum
  /** A typedef with an alignment of its own. */
  | { readonly kind: "aligned"; readonly type: CType; readonly alignBytes: number }
  /** From outside of the C text: the kernel's. The handle means something to whoever gave it. */
  | {
      readonly kind: "external";
      readonly name: string;
      /** Undefined: incomplete. */
      readonly sizeBytes: number | undefined;
      readonly alignBytes: number;
      readonly handle: unknown;
    }
  /** A mistake that has been reported. */
  | { readonly kind: "unknown" };

const integer = (name: string, bytes: IntegerBytes, isSigned: boolean): CInteger => ({
  kind: "integer",
  name,
  bytes,
  isSigned,
});

export const C_VOID: CType = { kind: "void" };
export const C_BOOL: CType = { kind: "bool" };
export const C_UNKNOWN: CType = { kind: "unknown" };
export const C_FUNCTION: CType = { kind: "function" };
export const C_CHAR = integer("char", 1, true);
export const C_INT = integer("int", 4, true);
export const C_SIZE = integer("unsigned long", 8, false);

export const INTEGERS = [
  C_CHAR,
  integer("signed char", 1, true),
  integer("unsigned char", 1, false),
  integer("short", 2, true),
  integer("unsigned short", 2, false),
  C_INT,
  integer("unsigned int", 4, false),
  integer("long", 8, true),
  C_SIZE,
  integer("long long", 8, true),
  integer("unsigned long long", 8, false),
  integer("__int128", 16, true),
  integer("unsigned __int128", 16, false),
] as const;

export const integerNamed = (name: string): CInteger => INTEGERS.find((type) => type.name === name) ?? C_INT;

export const integerOf = (bytes: IntegerBytes, isSigned: boolean): CInteger =>
  INTEGERS.find((type) => type !== C_CHAR && type.bytes === bytes && type.isSigned === isSigned) ?? C_INT;

/** Without the alignment of a typedef. */
export const plain = (type: CType): CType => (type.kind === "aligned" ? plain(type.type) : type);

/** As C compilers print it. */
export function cTypeName(type: CType): string {
  switch (type.kind) {
    case "void":
      return "void";
    case "bool":
      return "_Bool";
    case "integer":
    case "opaque":
    case "external":
      return type.name;
    case "pointer":
      return `${cTypeName(type.to)} *`;
    case "array":
      return `${cTypeName(type.element)}[${type.length ?? ""}]`;
    case "function":
      return "function";
    case "record":
      return `${type.tag} ${type.name ?? type.typedefName ?? "(unnamed)"}`;
    case "enum":
      return `enum ${type.name ?? type.typedefName ?? "(unnamed)"}`;
    case "aligned":
      return cTypeName(type.type);
    case "unknown":
      return "unknown";
  }
}
