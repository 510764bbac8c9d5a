/**
 * The one type that two types meet in: assignments, keys, tuple elements, branches, comparisons and
 * range bounds (language.md 8.2).
 */
import { mergeSpaces, spaceOf } from "./spaces.js";
import {
  aggregation,
  buffer,
  int,
  pointer,
  record,
  sameType,
  string,
  tuple,
  typeName,
  type Clock,
  type IntBytes,
  type IntType,
  type RecordType,
  type Type,
} from "./type.js";

/** `undefined`: they cannot be mixed. The first one is what was there before. */
export function promote(a: Type, b: Type): Type | undefined {
  if (a === b) return a;
  if (a.kind === "enum" || b.kind === "enum") return promoteEnums(a, b);
  if (a.kind === "int" && b.kind === "int") return promoteIntegers(a, b);
  if (a.kind === "string" && b.kind === "string") {
    return string(Math.max(a.sizeBytes, b.sizeBytes), mergeSpaces(a.space, b.space));
  }
  if (a.kind === "buffer" && b.kind === "buffer") return buffer(Math.max(a.sizeBytes, b.sizeBytes));
  if (a.kind === "pointer" && b.kind === "pointer") return promotePointers(a, b);
  if (a.kind === "tuple" && b.kind === "tuple") return promoteTuples(a.elements, b.elements);
  if (a.kind === "record" && b.kind === "record") return promoteRecords(a, b);
  if (a.kind === "aggregation" && b.kind === "aggregation") {
    return a.of.name === b.of.name ? aggregation(a.of, a.isSigned || b.isSigned) : undefined;
  }
  return sameType(a, b) ? a : undefined;
}

/** Times of one clock are still that; all else forgets where it came from. */
export function promoteIntegers(a: IntType, b: IntType): IntType {
  const both = promotedInteger(a, b);
  return a.clock !== undefined && a.clock === b.clock ? { ...both, clock: a.clock } : both;
}

/** Sign-flexible ones adopt the other's sign; unlike signs meet in a signed type that holds both, at most `int64`. */
function promotedInteger(a: IntType, b: IntType): IntType {
  const space = mergeSpaces(a.space, b.space);
  const bytes = Math.max(a.bytes, b.bytes) as IntBytes;
  if (a.isFlexible && b.isFlexible) return { ...int(bytes, true, space), isFlexible: true };
  if (a.isFlexible) return int(bytes, b.isSigned, space);
  if (b.isFlexible || a.isSigned === b.isSigned) return int(bytes, a.isSigned, space);
  const signed = a.isSigned ? a : b;
  const unsigned = a.isSigned ? b : a;
  if (signed.bytes > unsigned.bytes) return int(signed.bytes, true, space);
  return int(Math.min(bytes * 2, 8) as IntBytes, true, space);
}

/** An enum with anything but itself is the unsigned integer of its size. Constants are wider than fields. */
function promoteEnums(a: Type, b: Type): Type | undefined {
  if (a.kind === "enum" && b.kind === "enum" && typeName(a) === typeName(b)) return a.bytes < b.bytes ? b : a;
  const left = asInteger(a);
  const right = asInteger(b);
  return left === undefined || right === undefined ? undefined : promoteIntegers(left, right);
}

/** Integers and enums as the integers that they are. */
export function asInteger(type: Type): IntType | undefined {
  if (type.kind === "int") return type;
  return type.kind === "enum" ? int(type.bytes, type.isSigned) : undefined;
}

/** Pointers to integers of different sizes: the later one wins. */
function promotePointers(a: Type & { kind: "pointer" }, b: Type & { kind: "pointer" }): Type | undefined {
  const space = mergeSpaces(a.space, b.space);
  if (typeName(a.to) === typeName(b.to)) {
    return pointsToContext(a) && pointsToContext(b)
      ? { ...pointer(a.to, space), isContext: true }
      : pointer(a.to, space);
  }
  return a.to.kind === "int" && b.to.kind === "int" ? pointer(b.to, space) : undefined;
}

function promoteTuples(a: readonly Type[], b: readonly Type[]): Type | undefined {
  if (a.length !== b.length) return undefined;
  const elements = promoteAll(a, b);
  return elements && tuple(elements);
}

/** By name; the order of the first one is kept. */
function promoteRecords(a: RecordType, b: RecordType): Type | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const others = a.fields.map((field) => b.fields.find((f) => f.name === field.name)?.type);
  if (others.includes(undefined)) return undefined;
  const types = promoteAll(
    a.fields.map((f) => f.type),
    others as Type[],
  );
  return types && record(a.fields.map((field, i) => ({ name: field.name, type: types[i] ?? field.type })));
}

function promoteAll(a: readonly Type[], b: readonly Type[]): readonly Type[] | undefined {
  const types: Type[] = [];
  for (const [i, type] of a.entries()) {
    const other = b[i];
    const promoted = other && promote(type, other);
    if (promoted === undefined) return undefined;
    types.push(promoted);
  }
  return types;
}

/** What an expression of this type says to a place that takes one. Spaces and flexibility count here. */
export const identical = (a: Type, b: Type): boolean =>
  a === b ||
  (sameType(a, b) &&
    spaceOf(a) === spaceOf(b) &&
    isFlexible(a) === isFlexible(b) &&
    clockOf(a) === clockOf(b) &&
    pointsToContext(a) === pointsToContext(b) &&
    (a.kind !== "enum" || b.kind !== "enum" || a.bytes === b.bytes) &&
    elementsIdentical(a, b));

/** The clock that a number is a time of: `boot` when nothing else is known. */
export const clockOf = (type: Type): Clock => (type.kind === "int" ? (type.clock ?? "boot") : "boot");

export const pointsToContext = (type: Type): boolean => type.kind === "pointer" && type.isContext === true;

export const isFlexible = (type: Type): boolean => type.kind === "int" && type.isFlexible;

function elementsIdentical(a: Type, b: Type): boolean {
  if (a.kind === "tuple" && b.kind === "tuple") {
    return a.elements.every((element, i) => identical(element, b.elements[i] ?? element));
  }
  if (a.kind === "record" && b.kind === "record") {
    return a.fields.every((field, i) => identical(field.type, b.fields[i]?.type ?? field.type));
  }
  return true;
}
