/** Classes that are not copied byte by byte: functions are passed the address of a copy (Itanium C++ ABI 3.1.2). */
import { AT, TAG } from "./constants.js";
import type { DebugInfo } from "./debug-info.js";
import type { Entry } from "./unit.js";

/** DW_CC_pass_by_reference, DW_CC_pass_by_value: some compilers say it. */
const BY_REFERENCE = 4n;
const BY_VALUE = 5n;

/** Deeper than classes are in each other. */
const MAX_DEPTH = 16;

/** By the offset of the class: many have members of one class. */
const known = new WeakMap<DebugInfo, Map<number, boolean>>();

export function isPassedByReference(info: DebugInfo, type: Entry, depth = 0): boolean {
  let answers = known.get(info);
  if (answers === undefined) known.set(info, (answers = new Map()));
  const answer = answers.get(type.offset);
  if (answer !== undefined) return answer;
  answers.set(type.offset, false); // of a class that has itself in it, which there is not
  try {
    const isSo = looksPassedByReference(info, type, depth);
    answers.set(type.offset, isSo);
    return isSo;
  } catch (error) {
    answers.delete(type.offset);
    throw error;
  }
}

function looksPassedByReference(info: DebugInfo, type: Entry, depth: number): boolean {
  const said = type.number(AT.callingConvention);
  if (said === BY_REFERENCE || said === BY_VALUE) return said === BY_REFERENCE;
  if (depth > MAX_DEPTH || !isOfCpp(type)) return false;
  const name = type.string(AT.name);
  for (const child of type.children()) {
    if (child.tag === TAG.subprogram && copiesItself(info, child, type, name)) return true;
    if (child.tag === TAG.inheritance && (child.number(AT.virtuality) ?? 0n) !== 0n) return true;
    const isPart = child.tag === TAG.inheritance || child.tag === TAG.member;
    if (isPart && child.number(AT.declaration) === undefined && child.number(AT.external) === undefined) {
      const part = classUnder(info, child);
      if (part !== undefined && isPassedByReference(info, part, depth + 1)) return true;
    }
  }
  return false;
}

/** DW_LANG_C_plus_plus and those with a year. */
const CPP: ReadonlySet<bigint> = new Set([0x04n, 0x1an, 0x21n, 0x2bn, 0x3an]);

const isOfCpp = ({ unit }: Entry): boolean => CPP.has(unit.root.number(AT.language) ?? 0n);

/** A destructor, a constructor that copies or moves, or a virtual function; unless the compiler makes it. */
function copiesItself(info: DebugInfo, fn: Entry, type: Entry, name: string | undefined): boolean {
  if ((fn.number(AT.virtuality) ?? 0n) !== 0n) return true;
  // What is defaulted inside of the class is as good as not written.
  if (fn.number(AT.defaulted) === 1n || fn.number(AT.artificial) !== undefined) return false;
  const written = fn.string(AT.name) ?? "";
  if (written.startsWith("~")) return true;
  if (name === undefined || written !== name.replace(/<.*/s, "")) return false;
  const [first, ...rest] = [...fn.children()].filter(
    (child) => child.tag === TAG.formalParameter && child.number(AT.artificial) === undefined,
  );
  return first !== undefined && rest.length === 0 && refersTo(info, first, type);
}

function refersTo(info: DebugInfo, parameter: Entry, type: Entry): boolean {
  const reference = target(info, parameter);
  if (reference?.tag !== TAG.referenceType && reference?.tag !== TAG.rvalueReferenceType) return false;
  let to = target(info, reference);
  if (to?.tag === TAG.constType) to = target(info, to);
  return to?.offset === type.offset;
}

/** Through names, qualifiers and arrays. */
function classUnder(info: DebugInfo, part: Entry): Entry | undefined {
  let type = target(info, part);
  for (let i = 0; i < MAX_DEPTH && type !== undefined && LOOKED_THROUGH.has(type.tag); i++) type = target(info, type);
  const isClass = type?.tag === TAG.structureType || type?.tag === TAG.classType || type?.tag === TAG.unionType;
  return isClass ? type : undefined;
}

const LOOKED_THROUGH: ReadonlySet<number> = new Set([TAG.typedef, TAG.constType, TAG.volatileType, TAG.arrayType]);

function target(info: DebugInfo, entry: Entry): Entry | undefined {
  const offset = entry.reference(AT.type);
  return offset === undefined ? undefined : info.entryAt(offset);
}
