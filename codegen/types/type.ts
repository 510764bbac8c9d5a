/**
 * The types of the language: a closed union of plain data (language.md 7.1).
 *
 * Two types are equal when {@link typeName} says the same and their layout is the same; address spaces and
 * sign-flexibility do not count, they travel with the type of an expression.
 */
import type { ByKind } from "./by-kind.js";
import { match } from "./by-kind.js";

/** Which memory an address points into (language.md 20.1). */
export type AddressSpace = "none" | "kernel" | "user";

export type IntBytes = 1 | 2 | 4 | 8;

/** Clocks of the kernel (stdlib.md 7). All but `tai` and `sw_tai` count from boot. */
export type Clock = "boot" | "monotonic" | "tai" | "sw_tai";

export interface IntType {
  readonly kind: "int";
  readonly bytes: IntBytes;
  readonly isSigned: boolean;
  /** A non-negative literal takes the signedness of whatever it meets (language.md 8.1). */
  readonly isFlexible: boolean;
  readonly space: AddressSpace;
  /** Of a time that came from another clock than `boot`: `strftime` wants to know. */
  readonly clock?: Clock;
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly bytes: IntBytes;
  readonly isSigned: boolean;
  readonly source: StructSourceId;
}

/** `string[N]`, NUL included; 0 while the size is open. */
export interface StringType {
  readonly kind: "string";
  readonly sizeBytes: number;
  readonly space: AddressSpace;
}

/** `buffer[N]`: a u32 length and N - 4 bytes of data. */
export interface BufferType {
  readonly kind: "buffer";
  readonly sizeBytes: number;
}

export interface PointerType {
  readonly kind: "pointer";
  readonly to: Type;
  readonly space: AddressSpace;
  /** Its value can only be the program's context: `ctx`, and variables that hold nothing else. */
  readonly isContext?: true;
}

export interface ArrayType {
  readonly kind: "array";
  readonly element: Type;
  readonly length: number;
  /** From one element to the next, where that is not the element's size: strings of C definitions (language.md 4.4). */
  readonly strideBytes?: number;
  readonly space: AddressSpace;
}

/** Where the members of a struct are found: see `struct-source.ts`. */
export type StructSourceId =
  | { readonly origin: "btf"; readonly module: string; readonly id: number }
  | { readonly origin: "user"; readonly index: number }
  /** Of a traced program, by its path and {@link import("../facts.js").DebugType} `id`. */
  | { readonly origin: "program"; readonly path: string; readonly id: number }
  | { readonly origin: "args"; readonly index: number }
  /** The programs of the script: {@link PROGRAM}. */
  | { readonly origin: "script" };

/** A struct or union by value. Members are looked up when they are needed. */
export interface StructType {
  readonly kind: "struct";
  readonly tag: "struct" | "union";
  readonly name: string;
  /** The name is that of a typedef, and stands alone. */
  readonly isUntagged?: boolean;
  readonly sizeBytes: number;
  /** Only declared: nobody knows its size and members, and there are no values of it. */
  readonly isIncomplete?: true;
  readonly source: StructSourceId;
  /** Of the memory that it lies in. */
  readonly space: AddressSpace;
}

export interface TupleType {
  readonly kind: "tuple";
  readonly elements: readonly Type[];
}

export interface RecordField {
  readonly name: string;
  readonly type: Type;
}

export interface RecordType {
  readonly kind: "record";
  readonly fields: readonly RecordField[];
}

export type StackMode = "bpftrace" | "perf" | "raw" | "build_id";

export interface StackType {
  readonly kind: "stack";
  readonly isUser: boolean;
  readonly mode: StackMode;
  readonly limit: number;
}

/** What an aggregation is as far as types go. Its definition makes it (`language/aggregation.ts`). */
export interface AggregationKind {
  /** Of the function. */
  readonly name: string;
  /** Of what is aggregated: of no interest; part of the type; part of the type and of its name (`sum_t`, `usum_t`). */
  readonly sign: "none" | "kept" | "named";
  /** What it is where it is read as a value (language.md 12.3); undefined: it cannot be. */
  readonly reads: "integer" | readonly ReadField[] | undefined;
  /** A key has an entry for each interval of time. */
  readonly isSeries: boolean;
}

/** A member of 8 bytes. */
export interface ReadField {
  readonly name: string;
  /** Signed if the samples are. */
  readonly hasSign: boolean;
}

/** The value of a map that `count()`, `sum()` … are assigned to. */
export interface AggregationType {
  readonly kind: "aggregation";
  readonly of: AggregationKind;
  readonly isSigned: boolean;
}

/** Blobs that the kernel side moves and user space turns into text. */
export type OpaqueKind = "ksym" | "usym" | "mac" | "timestamp" | "timestamp-mode" | "username" | "cgroup-path";

export type Type =
  | { readonly kind: "none" }
  | { readonly kind: "void" }
  | { readonly kind: "bool" }
  | IntType
  | EnumType
  | StringType
  | BufferType
  | PointerType
  | ArrayType
  | StructType
  | TupleType
  | RecordType
  | StackType
  | AggregationType
  /** `inet[N]`: a u64 address family and the address. */
  | { readonly kind: "inet"; readonly sizeBytes: number }
  | { readonly kind: OpaqueKind };

export const NONE: Type = { kind: "none" };
export const VOID: Type = { kind: "void" };
export const BOOL: Type = { kind: "bool" };

export const int = (bytes: IntBytes, isSigned: boolean, space: AddressSpace = "none"): IntType => ({
  kind: "int",
  bytes,
  isSigned,
  isFlexible: false,
  space,
});

export const INT8 = int(1, true);
export const INT16 = int(2, true);
export const INT32 = int(4, true);
export const INT64 = int(8, true);
export const UINT8 = int(1, false);
export const UINT16 = int(2, false);
export const UINT32 = int(4, false);
export const UINT64 = int(8, false);

export const string = (sizeBytes: number, space: AddressSpace = "kernel"): StringType => ({
  kind: "string",
  sizeBytes,
  space,
});
export const buffer = (sizeBytes: number): BufferType => ({ kind: "buffer", sizeBytes });
export const pointer = (to: Type, space: AddressSpace = "none"): PointerType => ({ kind: "pointer", to, space });
export const array = (element: Type, length: number, space: AddressSpace = "none"): ArrayType => ({
  kind: "array",
  element,
  length,
  space,
});
export const tuple = (elements: readonly Type[]): TupleType => ({ kind: "tuple", elements });
export const record = (fields: readonly RecordField[]): RecordType => ({ kind: "record", fields });
export const aggregation = (of: AggregationKind, isSigned = false): AggregationType => ({
  kind: "aggregation",
  of,
  isSigned,
});

/** Which program of the script: 0 is none. */
export const PROGRAM: EnumType = {
  kind: "enum",
  name: "prog",
  bytes: 8,
  isSigned: false,
  source: { origin: "script" },
};

/** As bpftrace prints it in messages. */
export const typeName = (type: Type): string => match(type, NAMES);

const intName = (t: { bytes: number; isSigned: boolean }): string => `${t.isSigned ? "" : "u"}int${t.bytes * 8}`;

const NAMES: ByKind<Type, string> = {
  none: () => "none",
  void: () => "void",
  bool: () => "bool",
  int: intName,
  enum: (t) => `enum ${t.name}`,
  string: (t) => (t.sizeBytes === 0 ? "string" : `string[${t.sizeBytes}]`),
  buffer: (t) => `buffer[${t.sizeBytes}]`,
  pointer: (t) => `${typeName(t.to)} *`,
  array: (t) => `${typeName(t.element)}[${t.length}]`,
  struct: (t) =>
    t.isUntagged === true || t.name.startsWith("struct ") || t.name.startsWith("union ")
      ? t.name
      : `${t.tag} ${t.name}`,
  tuple: (t) => `(${t.elements.map(typeName).join(",")})`,
  record: (t) => `record { ${t.fields.map((f) => `.${f.name} = ${typeName(f.type)}`).join(", ")} }`,
  stack: (t) => `${t.isUser ? "ustack" : "kstack"}_${t.mode}_${t.limit}`,
  aggregation: (t) => `${!t.isSigned && t.of.sign === "named" ? "u" : ""}${t.of.name}_t`,
  inet: (t) => `inet[${t.sizeBytes}]`,
  ksym: () => "ksym_t",
  usym: () => "usym_t",
  mac: () => "mac_address",
  timestamp: () => "timestamp",
  "timestamp-mode": () => "timestamp_mode",
  username: () => "username_t",
  "cgroup-path": () => "cgroup_path_t",
};

export const sameType = (a: Type, b: Type): boolean =>
  a === b || (a.kind === b.kind && typeName(a) === typeName(b) && sameEnums(a, b));

/** Of types with one name: an enum is wider as a value of the script than as a field. */
function sameEnums(a: Type, b: Type): boolean {
  if (a.kind === "enum" && b.kind === "enum") return a.bytes === b.bytes;
  if (a.kind === "array" && b.kind === "array") return sameEnums(a.element, b.element);
  const [left, right] = [partsOf(a), partsOf(b)];
  return left.every((part, i) => sameEnums(part, right[i] ?? part));
}

function partsOf(type: Type): readonly Type[] {
  if (type.kind === "tuple") return type.elements;
  return type.kind === "record" ? type.fields.map((field) => field.type) : [];
}

/** `count sum min max avg` can be read as an integer (language.md 12.3). */
export const isCastable = (type: Type): boolean => type.kind === "aggregation" && type.of.reads === "integer";

/** Histograms and time series: nothing takes them as a value. */
export const isUnreadable = (type: Type): boolean => type.kind === "aggregation" && type.of.reads === undefined;

/** What fits a register: the rest lives in memory and is handled by address. */
export const isScalar = (type: Type): boolean =>
  type.kind === "int" ||
  type.kind === "bool" ||
  type.kind === "enum" ||
  type.kind === "pointer" ||
  type.kind === "ksym" ||
  type.kind === "username" ||
  (type.kind === "aggregation" && isCastable(type));

/** Structs that are only declared, and arrays of them. */
export const isIncomplete = (type: Type): boolean =>
  type.kind === "array" ? isIncomplete(type.element) : type.kind === "struct" && type.isIncomplete === true;

/** Whether what memory holds is extended to a register by its sign. */
export const isSignedNumber = (type: Type): boolean => (type.kind === "int" || type.kind === "enum") && type.isSigned;
