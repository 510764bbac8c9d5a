/** The types of the generated programs (language.md 7). */

export interface IntType {
  readonly kind: "int";
  readonly bytes: 1 | 2 | 4 | 8;
  readonly isSigned: boolean;
  /** Adopts the sign of what it meets (8.1): loop variables over literals. */
  readonly isFlexible?: boolean;
}

export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly value: number }[];
}

export interface Member {
  readonly name: string;
  readonly type: ValueType;
  /** Of a bit-field. */
  readonly bits?: number;
}

export interface StructType {
  readonly kind: "struct";
  readonly name: string;
  readonly members: readonly Member[];
}

export type ValueType =
  | IntType
  | EnumType
  | StructType
  | { readonly kind: "bool" }
  /** Of so many bytes, NUL included. */
  | { readonly kind: "string"; readonly bytes: number }
  /** `char[N]` of a struct: read as `string[N + 1]`. */
  | { readonly kind: "chars"; readonly bytes: number }
  | { readonly kind: "array"; readonly element: ValueType; readonly length: number }
  | { readonly kind: "tuple"; readonly elements: readonly ValueType[] }
  | { readonly kind: "record"; readonly members: readonly Member[] }
  | { readonly kind: "pointer"; readonly to: ValueType }
  | { readonly kind: "void" };

export type StringType = Extract<ValueType, { kind: "string" }>;
export type ArrayType = Extract<ValueType, { kind: "array" }>;
export type TupleType = Extract<ValueType, { kind: "tuple" }>;
export type RecordType = Extract<ValueType, { kind: "record" }>;
export type PointerType = Extract<ValueType, { kind: "pointer" }>;

export const int = (bytes: IntType["bytes"], isSigned: boolean): IntType => ({ kind: "int", bytes, isSigned });
export const INT64 = int(8, true);
export const UINT64 = int(8, false);
export const UINT8 = int(1, false);
export const BOOL: ValueType = { kind: "bool" };
export const VOID: ValueType = { kind: "void" };
export const INT_TYPES: readonly IntType[] = ([1, 2, 4, 8] as const).flatMap((bytes) => [
  int(bytes, true),
  int(bytes, false),
]);

export const isSame = (a: ValueType, b: ValueType): boolean => JSON.stringify(a) === JSON.stringify(b);

/** As scripts write it; tuples and records cannot be written. */
export function typeText(type: ValueType): string {
  switch (type.kind) {
    case "int":
      return `${type.isSigned ? "" : "u"}int${type.bytes * 8}`;
    case "string":
      return `string[${type.bytes}]`;
    case "array":
      return `${typeText(type.element)}[${type.length}]`;
    case "pointer":
      return `${typeText(type.to)} *`;
    case "enum":
    case "struct":
      return `${type.kind} ${type.name}`;
    case "bool":
      return "bool";
    default:
      throw new Error(`${type.kind} has no name`);
  }
}

/** What operators see: bools and enums are unsigned integers to them. */
export function asInt(type: ValueType): IntType {
  switch (type.kind) {
    case "int":
      return type;
    case "bool":
      return UINT8;
    case "enum":
      return UINT64;
    default:
      throw new Error(`${type.kind} is no number`);
  }
}

export const isNumeric = ({ kind }: ValueType): boolean => kind === "int" || kind === "bool" || kind === "enum";

/** 8.2: what two integers have in common. */
export function promote(left: IntType, right: IntType): IntType {
  const bytes = Math.max(left.bytes, right.bytes) as IntType["bytes"];
  if (left.isFlexible === true || right.isFlexible === true) {
    if (left.isFlexible === true && right.isFlexible === true) return { ...int(bytes, true), isFlexible: true };
    return int(bytes, left.isFlexible === true ? right.isSigned : left.isSigned);
  }
  if (left.isSigned === right.isSigned) return int(bytes, left.isSigned);
  const [signed, unsigned] = left.isSigned ? [left, right] : [right, left];
  if (signed.bytes > unsigned.bytes) return int(signed.bytes, true);
  return int(Math.min(8, bytes * 2) as IntType["bytes"], true);
}

/** Whether a value of type `from` leaves the type of an inferred `into` as it is. */
export function fits(from: ValueType, into: ValueType): boolean {
  if (from.kind === "int" && into.kind === "int") return isSame(promote(from, into), into);
  if (from.kind === "string" && into.kind === "string") return from.bytes <= into.bytes;
  if (from.kind === "tuple" && into.kind === "tuple")
    return (
      from.elements.length === into.elements.length && from.elements.every((e, i) => fits(e, into.elements[i] ?? VOID))
    );
  if (from.kind === "record" && into.kind === "record")
    return (
      from.members.length === into.members.length &&
      into.members.every(({ name, type }) => fits(from.members.find((m) => m.name === name)?.type ?? VOID, type))
    );
  return isSame(from, into);
}

/** 8.3: of arithmetic. */
export function arithmeticType(op: string, left: IntType, right: IntType): IntType {
  if (op === "-") return INT64;
  const sign = (one: IntType, other: IntType): boolean =>
    one.isFlexible === true && other.isFlexible !== true ? other.isSigned : one.isSigned;
  return sign(left, right) || sign(right, left) ? INT64 : UINT64;
}

/** What two branches have in common; they are alike otherwise. */
export function commonType(left: ValueType, right: ValueType): ValueType {
  if (left.kind === "int" && right.kind === "int") return promote(left, right);
  if (left.kind === "string" && right.kind === "string") return left.bytes > right.bytes ? left : right;
  if (left.kind === "tuple" && right.kind === "tuple")
    return { kind: "tuple", elements: left.elements.map((e, i) => commonType(e, right.elements[i] ?? e)) };
  if (left.kind === "record" && right.kind === "record") {
    const members = left.members.map(({ name, type }) => ({
      name,
      type: commonType(type, right.members.find((member) => member.name === name)?.type ?? type),
    }));
    return { kind: "record", members };
  }
  return left;
}
