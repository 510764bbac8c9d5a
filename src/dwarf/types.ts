/** Types that a program's source has (probes-and-cli.md 8). */
import type { DebugMember, DebugType } from "../../codegen/facts.js";
import { AT, TAG } from "./constants.js";
import { Cursor } from "./cursor.js";
import type { DebugInfo } from "./debug-info.js";
import { isWrittenIn } from "./languages.js";
import { isPassedByReference } from "./passed-by-reference.js";
import type { Entry } from "./unit.js";

type Tag = (typeof TAG)[keyof typeof TAG];

/** Deeper than any type that someone wrote: beyond it, the types go in a circle. */
const MAX_DEPTH = 32;

const OTHER: DebugType = { kind: "other", bytes: 0 };
const VOID: DebugType = { kind: "void" };

/** The type that an entry refers to. */
export const typeOf = (info: DebugInfo, entry: Entry): DebugType => typeUnder(info, entry, 0);

function typeUnder(info: DebugInfo, entry: Entry, depth: number): DebugType {
  if (!entry.has(AT.type)) return VOID;
  const type = targetOf(info, entry);
  return type === undefined || depth > MAX_DEPTH ? OTHER : convert(info, type, depth);
}

function targetOf(info: DebugInfo, entry: Entry): Entry | undefined {
  const offset = entry.reference(AT.type);
  return offset === undefined ? undefined : info.entryAt(offset);
}

/** What a type is named by, or qualifies. */
const TRANSPARENT: ReadonlySet<number> = new Set([
  TAG.typedef,
  TAG.constType,
  TAG.volatileType,
  TAG.restrictType,
  TAG.atomicType,
]);

const POINTERS: ReadonlySet<number> = new Set([TAG.pointerType, TAG.referenceType, TAG.rvalueReferenceType]);

const STRUCTS: ReadonlyMap<number, "struct" | "union"> = new Map([
  [TAG.structureType, "struct"],
  [TAG.classType, "struct"],
  [TAG.unionType, "union"],
]);

function convert(info: DebugInfo, type: Entry, depth: number): DebugType {
  if (TRANSPARENT.has(type.tag)) return typeUnder(info, type, depth + 1);
  if (POINTERS.has(type.tag)) return { kind: "pointer", to: pointeeOf(info, type, depth) };
  const tag = STRUCTS.get(type.tag);
  if (tag !== undefined) return structType(info, type, tag);
  if (type.tag === TAG.baseType) return baseType(type);
  if (type.tag === TAG.enumerationType) {
    const signature = type.reference(AT.signature);
    return enumType(info, (signature === undefined ? undefined : info.entryAt(signature)) ?? type, depth);
  }
  if (type.tag === TAG.pointerToMemberType) return memberPointer(info, type);
  // What Go calls a function is the address of one and of what it has captured.
  if (type.tag === TAG.subroutineType && isWrittenIn("go", type)) return { kind: "pointer", to: VOID };
  if (type.tag === TAG.unspecifiedType && type.string(AT.name) === "decltype(nullptr)")
    return { kind: "other", bytes: 8 };
  return type.tag === TAG.arrayType ? arrayType(info, type, depth) : OTHER;
}

/** Of what is only declared here: where it is defined, by the number of its unit, or else by its name and namespace. */
function definitionOf(info: DebugInfo, type: Entry, tag: "struct" | "union"): Entry {
  const signature = type.reference(AT.signature);
  const byNumber = signature === undefined ? undefined : info.entryAt(signature);
  if (byNumber !== undefined) return byNumber;
  if (type.number(AT.declaration) !== 1n) return type;
  return info.definitionOf(type, (entry) => structTag(entry) === tag) ?? type;
}

/** In C++, a number for a data member; for a function two. */
function memberPointer(info: DebugInfo, type: Entry): DebugType {
  return { kind: "other", bytes: targetOf(info, type)?.tag === TAG.subroutineType ? 16 : 8 };
}

/** Functions are nothing but where they are. */
function pointeeOf(info: DebugInfo, type: Entry, depth: number): DebugType {
  const to = typeUnder(info, type, depth + 1);
  return to.kind === "other" || to.kind === "float" || to.kind === "vector" ? VOID : to;
}

function structType(info: DebugInfo, declared: Entry, tag: "struct" | "union"): DebugType {
  const type = definitionOf(info, declared, tag);
  const id = type.number(AT.declaration) === 1n ? undefined : type.offset;
  const align = type.number(AT.alignment);
  const isByReference = isPassedByReference(info, type);
  return {
    kind: "struct",
    tag,
    name: type.string(AT.name) ?? "",
    bytes: bytesOf(type),
    id,
    ...(align === undefined ? {} : { alignBytes: Number(align) }),
    ...(isByReference ? { isPassedByReference: true } : {}),
  };
}

/** The type that an entry is. */
export const typeFrom = (info: DebugInfo, type: Entry): DebugType => convert(info, type, 0);

export const structTag = ({ tag }: Entry): "struct" | "union" | undefined => STRUCTS.get(tag);

const bytesOf = (type: Entry): number => Number(type.number(AT.byteSize) ?? 0n);

/** DW_ATE_* */
const ENCODING = {
  boolean: 2,
  complexFloat: 3,
  float: 4,
  imaginaryFloat: 9,
  decimalFloat: 15,
  signed: 5,
  signedChar: 6,
  unsigned: 7,
  unsignedChar: 8,
  utf: 16,
};
const SIGNED: ReadonlySet<number> = new Set([ENCODING.signed, ENCODING.signedChar]);
const UNSIGNED: ReadonlySet<number> = new Set([
  ENCODING.boolean,
  ENCODING.unsigned,
  ENCODING.unsignedChar,
  ENCODING.utf,
]);

function baseType(type: Entry): DebugType {
  const bytes = bytesOf(type);
  const encoding = Number(type.number(AT.encoding) ?? 0n);
  if (encoding === ENCODING.float || encoding === ENCODING.decimalFloat || encoding === ENCODING.imaginaryFloat)
    return { kind: "float", bytes, unit: isOfX87(type, bytes) ? "x87" : "sse" };
  if (encoding === ENCODING.complexFloat)
    return { kind: "float", bytes, unit: isOfX87(type, bytes / 2) ? "two-x87" : bytes > 8 ? "two-sse" : "sse" };
  const isInteger = SIGNED.has(encoding) || UNSIGNED.has(encoding);
  return isInteger && isIntBytes(bytes)
    ? { kind: "int", bytes, isSigned: SIGNED.has(encoding) }
    : { kind: "other", bytes };
}

/** The number of 128 bits has the size of that of 80, but not its name. */
const isOfX87 = (type: Entry, bytes: number): boolean =>
  bytes > 8 && /\b(long double|real)\b/.test(type.string(AT.name) ?? "");

const isIntBytes = (bytes: number): bytes is 1 | 2 | 4 | 8 => bytes === 1 || bytes === 2 || bytes === 4 || bytes === 8;

/** Its sign is that of the type under it; where that is not said, as until version 2, one of its constants shows it. */
function enumType(info: DebugInfo, type: Entry, depth: number): DebugType {
  const bytes = bytesOf(type);
  const under = typeUnder(info, type, depth + 1);
  const isSigned = type.has(AT.type) ? under.kind === "int" && under.isSigned : hasNegative(type);
  return isIntBytes(bytes) ? { kind: "int", bytes, isSigned } : { kind: "other", bytes };
}

const hasNegative = (type: Entry): boolean =>
  [...type.children()].some((constant) => (constant.number(AT.constValue) ?? 0n) < 0n);

/** `T[2][3]` is two times three of T: the last length is the innermost. */
function arrayType(info: DebugInfo, type: Entry, depth: number): DebugType {
  if (type.has(AT.gnuVector)) return { kind: "vector", bytes: bytesOf(type) };
  const element = typeUnder(info, type, depth + 1);
  const lengths = [...type.children()].filter(({ tag }) => tag === TAG.subrangeType).map(lengthOf);
  const isText = isCharacter(info, type);
  return lengths.reduceRight<DebugType>(
    (inner, length, i) => ({ kind: "array", element: inner, length, isText: isText && i === lengths.length - 1 }),
    element,
  );
}

/** 0 of `T[]`. */
function lengthOf(range: Entry): number {
  const count = range.number(AT.count);
  const last = range.number(AT.upperBound);
  const length = Number(count ?? (last === undefined ? 0n : last + 1n));
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

/** Behind its names. */
function isCharacter(info: DebugInfo, array: Entry): boolean {
  let type = targetOf(info, array);
  for (let i = 0; i < MAX_DEPTH && type !== undefined && TRANSPARENT.has(type.tag); i++) type = targetOf(info, type);
  if (type?.tag !== TAG.baseType || bytesOf(type) !== 1) return false;
  const encoding = Number(type.number(AT.encoding) ?? 0n);
  return encoding === ENCODING.signedChar || encoding === ENCODING.unsignedChar;
}

// ---------------------------------------------------------------- members

/** What is in a struct, in order; what a class inherits is a member without a name. */
export function membersOf(info: DebugInfo, id: number): readonly DebugMember[] {
  const struct = info.entryAt(id);
  if (struct === undefined || structTag(struct) === undefined) return [];
  return [...struct.children()].flatMap((member) => {
    if (member.tag === TAG.variantPart) return variantsOf(info, member);
    const isMember = member.tag === TAG.member || member.tag === TAG.inheritance;
    return isMember && isStored(member) ? [memberOf(info, member)] : [];
  });
}

/** An enum with data, as Rust has them: all that it may be, as in a union, and what tells which of them it is. */
function variantsOf(info: DebugInfo, part: Entry): readonly DebugMember[] {
  const place = part.reference(AT.discriminant);
  const discriminant = place === undefined ? undefined : info.entryAt(place);
  const told = discriminant?.tag === TAG.member && isStored(discriminant) ? [memberOf(info, discriminant)] : [];
  const variants = [...part.children()].filter(({ tag }) => tag === TAG.variant);
  const members = variants.flatMap((variant) => [...variant.children()]).filter(({ tag }) => tag === TAG.member);
  return [
    ...told.map((member) => ({ ...member, name: member.name || DISCRIMINANT })),
    ...members.filter(isStored).map((member) => memberOf(info, member)),
  ];
}

/** Compilers give it no name, and those of parts without one (`__0`) look like this. */
const DISCRIMINANT = "__discriminant";

/** Static members of classes are declarations, or external; where a virtual base is, each object says itself. */
const isStored = (member: Entry): boolean =>
  member.number(AT.declaration) === undefined &&
  member.number(AT.external) === undefined &&
  (member.place(AT.dataMemberLocation) === undefined || byteOffset(member) !== undefined);

function memberOf(info: DebugInfo, member: Entry): DebugMember {
  const type = typeOf(info, member);
  const bitSize = member.number(AT.bitSize);
  return {
    name: member.string(AT.name) ?? "",
    type,
    offsetBits: bitSize === undefined ? startOf(member) * 8 : bitFieldOffset(member, type, Number(bitSize)),
    bitSize: bitSize === undefined ? undefined : Number(bitSize),
  };
}

/** Until version 4 bits counted from the most significant one of the whole number that the field is in. */
function bitFieldOffset(member: Entry, type: DebugType, bitSize: number): number {
  const fromStart = member.number(AT.dataBitOffset);
  if (fromStart !== undefined) return Number(fromStart);
  const fromTop = member.number(AT.bitOffset);
  if (fromTop === undefined) return startOf(member) * 8;
  const bytes = bytesOf(member) || (type.kind === "int" ? type.bytes : 0);
  return startOf(member) * 8 + bytes * 8 - Number(fromTop) - bitSize;
}

const ADD_CONSTANT = 0x23;

/** A number or, in version 2, the instruction that adds it; undefined: it is computed. */
function byteOffset(member: Entry): number | undefined {
  const number = member.number(AT.dataMemberLocation);
  if (number !== undefined) return Number(number);
  const block = member.block(AT.dataMemberLocation);
  if (block === undefined) return 0;
  const cursor = new Cursor(block, 0, member.unit.origin);
  const offset = cursor.u8() === ADD_CONSTANT ? cursor.uleb() : undefined;
  return cursor.isAtEnd ? offset : undefined;
}

const startOf = (member: Entry): number => byteOffset(member) ?? 0;

// ---------------------------------------------------------------- for people

const PREFIXES: ReadonlyMap<number, string> = new Map<Tag, string>([
  [TAG.structureType, "struct "],
  [TAG.classType, "class "],
  [TAG.unionType, "union "],
  [TAG.enumerationType, "enum "],
]);

const NAMED: ReadonlySet<number> = new Set([TAG.baseType, TAG.typedef, TAG.unspecifiedType]);

const SUFFIXES: ReadonlyMap<number, string> = new Map<Tag, string>([
  [TAG.pointerType, "*"],
  [TAG.referenceType, "&"],
  [TAG.rvalueReferenceType, "&&"],
]);

const UNKNOWN = "<unknown type>";

/** `const char*`, `struct all*`, `T* const`. */
export function typeText(info: DebugInfo, entry: Entry, depth = 0): string {
  if (!entry.has(AT.type)) return "void";
  const target = targetOf(info, entry);
  const signature = target?.reference(AT.signature);
  const type = signature === undefined ? target : info.entryAt(signature);
  if (type === undefined || depth > MAX_DEPTH) return UNKNOWN;
  const prefix = PREFIXES.get(type.tag);
  if (prefix !== undefined) return prefix + (type.string(AT.name) ?? "<anonymous>");
  if (NAMED.has(type.tag)) return type.string(AT.name) ?? UNKNOWN;
  const inner = (): string => typeText(info, type, depth + 1);
  if (type.tag === TAG.arrayType) return inner() + dimensionsOf(type);
  const suffix = SUFFIXES.get(type.tag);
  if (suffix !== undefined) return inner() + suffix;
  if (type.tag === TAG.constType) return qualified(info, type, "const", inner());
  if (type.tag === TAG.volatileType) return qualified(info, type, "volatile", inner());
  return type.tag === TAG.restrictType ? inner() : UNKNOWN;
}

const dimensionsOf = (array: Entry): string =>
  [...array.children()].map((range) => (range.tag === TAG.subrangeType ? `[${lengthOf(range) || ""}]` : "")).join("");

/** Of a pointer the qualifier stands behind it. */
function qualified(info: DebugInfo, qualifier: Entry, word: string, inner: string): string {
  const isPointer = targetOf(info, qualifier)?.tag === TAG.pointerType;
  return isPointer ? `${inner} ${word}` : `${word} ${inner}`;
}
