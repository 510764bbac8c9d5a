/** Values of programs: what they are when they change type, when they lie in memory, and in text. */
import { layoutOf, membersOf, type Place, sizeOf } from "./layout.js";
import { asInt, type IntType, isNumeric, promote, type ValueType } from "./types.js";

/** Integers and enums, bools, strings without NUL; members and elements in order; structs as they lie in memory. */
export type Value = bigint | boolean | string | readonly Value[] | Uint8Array | Pointer;

export interface Pointer {
  readonly cell: Cell;
  readonly offset: number;
}

/** A variable. */
export interface Cell {
  readonly type: ValueType;
  value: Value;
}

export function wrap(value: bigint, { bytes, isSigned }: IntType): bigint {
  return isSigned ? BigInt.asIntN(bytes * 8, value) : BigInt.asUintN(bytes * 8, value);
}

/** Of integers, bools and enums. */
export const numberOf = (value: Value): bigint => (typeof value === "boolean" ? BigInt(value) : (value as bigint));

export const truth = (value: Value): boolean => (typeof value === "string" ? value !== "" : numberOf(value) !== 0n);

export function zeroOf(type: ValueType): Value {
  return type.kind === "pointer" || type.kind === "void" ? 0n : decode(new Uint8Array(sizeOf(type)), 0, type);
}

/** What is stored where a value of `to` is kept (8.8); records are matched by name. */
export function convert(value: Value, from: ValueType, to: ValueType): Value {
  if (to.kind === "int") return wrap(numberOf(value), to);
  if (to.kind === "enum") return wrap(numberOf(value), asInt(to));
  if (to.kind === "tuple" && from.kind === "tuple")
    return to.elements.map((element, i) => convert(part(value, i), from.elements[i] ?? element, element));
  if (to.kind === "record" && from.kind === "record") {
    return to.members.map(({ name, type }) => {
      const i = from.members.findIndex((member) => member.name === name);
      return convert(part(value, i), from.members[i]?.type ?? type, type);
    });
  }
  return value;
}

export function part(value: Value, index: number): Value {
  const found = (value as readonly Value[])[index];
  if (found === undefined) throw new Error(`no part ${index}`);
  return found;
}

/** `==`: numbers in the type that they promote to, the rest part by part. */
export function equals(left: Value, leftType: ValueType, right: Value, rightType: ValueType): boolean {
  if (isNumeric(leftType) && isNumeric(rightType)) return compareNumbers(left, leftType, right, rightType) === 0;
  if (leftType.kind === "array" && rightType.kind === "array") {
    return (left as readonly Value[]).every((item, i) =>
      equals(item, leftType.element, part(right, i), rightType.element),
    );
  }
  if (leftType.kind === "tuple" || leftType.kind === "record") {
    const others = membersOf(rightType);
    return membersOf(leftType).every(({ name, type }, i) => {
      const j = others.findIndex((other) => other.name === name);
      return equals(part(left, i), type, part(right, j), others[j]?.type ?? type);
    });
  }
  return left === right;
}

export function compareNumbers(left: Value, leftType: ValueType, right: Value, rightType: ValueType): -1 | 0 | 1 {
  const type = promote(asInt(leftType), asInt(rightType));
  const [a, b] = [wrap(numberOf(left), type), wrap(numberOf(right), type)];
  return a < b ? -1 : a > b ? 1 : 0;
}

// ---------------------------------------------------------------- memory

export function encode(value: Value, type: ValueType): Uint8Array {
  const bytes = new Uint8Array(sizeOf(type));
  write(value, type, bytes, 0);
  return bytes;
}

function write(value: Value, type: ValueType, into: Uint8Array, at: number): void {
  switch (type.kind) {
    case "int":
    case "bool":
    case "enum": {
      const raw = BigInt.asUintN(64, numberOf(value));
      for (let i = 0; i < sizeOf(type); i++) into[at + i] = Number((raw >> BigInt(8 * i)) & 0xffn);
      return;
    }
    case "string":
    case "chars":
      for (let i = 0; i < (value as string).length; i++) into[at + i] = (value as string).charCodeAt(i);
      return;
    case "array":
      for (const [i, item] of (value as readonly Value[]).entries())
        write(item, type.element, into, at + i * sizeOf(type.element));
      return;
    case "struct":
      into.set(value as Uint8Array, at);
      return;
    case "tuple":
    case "record":
      for (const [i, place] of layoutOf(membersOf(type)).places.entries())
        write(part(value, i), place.type, into, at + place.offset);
      return;
    default:
      throw new Error(`${type.kind} is not kept in memory`);
  }
}

export function decode(bytes: Uint8Array, at: number, type: ValueType): Value {
  switch (type.kind) {
    case "int":
      return wrap(rawAt(bytes, at, type.bytes), type);
    case "enum":
      return rawAt(bytes, at, 8);
    case "bool":
      return rawAt(bytes, at, 1) !== 0n;
    case "string":
    case "chars": {
      const text = Buffer.from(bytes.subarray(at, at + type.bytes)).toString("latin1");
      return text.split("\0", 1)[0] ?? "";
    }
    case "array":
      return Array.from({ length: type.length }, (_, i) => decode(bytes, at + i * sizeOf(type.element), type.element));
    case "struct":
      return bytes.slice(at, at + sizeOf(type));
    case "tuple":
    case "record":
      return layoutOf(membersOf(type)).places.map((place) => decode(bytes, at + place.offset, place.type));
    default:
      throw new Error(`${type.kind} is not read from memory`);
  }
}

function rawAt(bytes: Uint8Array, at: number, size: number): bigint {
  let raw = 0n;
  for (let i = size - 1; i >= 0; i--) raw = (raw << 8n) | BigInt(bytes[at + i] ?? 0);
  return raw;
}

/** A member of a struct that begins at `base`; a bit-field has the sign of its declared type. */
export function readPlace(bytes: Uint8Array, base: number, place: Place): Value {
  if (place.bits === undefined || place.type.kind !== "int") return decode(bytes, base + place.offset, place.type);
  const bits = rawAt(bytes, base + place.offset, place.type.bytes) >> BigInt(place.bitOffset);
  return place.type.isSigned ? BigInt.asIntN(place.bits, bits) : BigInt.asUintN(place.bits, bits);
}

// ---------------------------------------------------------------- text

/** output.md 2. */
export function textOf(value: Value, type: ValueType): string {
  switch (type.kind) {
    case "enum":
      // Of several of the same value the last is printed.
      return type.members.findLast((member) => BigInt(member.value) === value)?.name ?? `${numberOf(value)}`;
    case "array":
      return `[${(value as readonly Value[]).map((item) => textOf(item, type.element)).join(",")}]`;
    case "tuple":
      return `(${type.elements.map((element, i) => textOf(part(value, i), element)).join(", ")})`;
    case "record":
      return membersText(type.members.map((member, i) => [member.name, textOf(part(value, i), member.type)]));
    case "struct":
      return membersText(
        layoutOf(type.members).places.map((place) => [
          place.name,
          textOf(readPlace(value as Uint8Array, 0, place), place.type),
        ]),
      );
    default:
      return `${value as bigint | boolean | string}`;
  }
}

const membersText = (members: readonly (readonly [string, string])[]): string =>
  `{ ${members.map(([name, text]) => `.${name} = ${text}`).join(", ")} }`;

/** output.md 4: the outer parentheses of a key are not shown. */
export function keyText(value: Value, type: ValueType): string {
  const text = textOf(value, type);
  return text.startsWith("(") && text.endsWith(")") ? text.slice(1, -1) : text;
}
