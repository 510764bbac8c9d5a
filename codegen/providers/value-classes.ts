/** What kind of register each word of a value goes into (System V ABI AMD64 3.2.3). */
import type { DebugMember, DebugType, Executable } from "../facts.js";

/** `none`: padding, or the rest of what is in the word before. */
export type WordClass = "general" | "float" | "none";

/** By word; `memory`: it is passed in no register; undefined: nobody knows. */
export type ValueClass = readonly WordClass[] | "memory" | undefined;

export const WORD_BYTES = 8;
const MAX_REGISTER_BYTES = 16;

/** Deeper than structs are in each other. */
const MAX_DEPTH = 16;

export function classOf(type: DebugType, executable: Executable): ValueClass {
  if (type.kind === "vector") return type.bytes > MAX_REGISTER_BYTES ? undefined : ["float"];
  if (type.kind === "float" && type.unit.endsWith("x87")) return "memory";
  const bytes = bytesOf(type);
  if (type.kind === "other" && bytes === 0) return undefined;
  if (bytes > MAX_REGISTER_BYTES) return "memory";
  const words: WordClass[] = Array.from({ length: Math.ceil(bytes / WORD_BYTES) }, () => "none");
  const found = fill(type, 0, executable, words, 0);
  return found === "whole" ? words : found === "memory" ? "memory" : undefined;
}

type Filled = "whole" | "memory" | "unknown";

function fill(type: DebugType, at: number, executable: Executable, words: WordClass[], depth: number): Filled {
  if (depth > MAX_DEPTH) return "unknown";
  switch (type.kind) {
    case "void":
      return "whole";
    case "int":
    case "pointer":
    case "other":
      return fillNumber(at, bytesOf(type), words);
    case "float":
      if (type.unit.endsWith("x87")) return "memory";
      return fillFloat(at, type.bytes, type.unit === "two-sse", words);
    case "vector":
      return fillFloat(at, type.bytes, false, words);
    case "array": {
      const bytes = bytesOf(type.element);
      if (bytes === 0) return "whole";
      for (let i = 0; i < type.length; i++) {
        const filled = fill(type.element, at + i * bytes, executable, words, depth + 1);
        if (filled !== "whole") return filled;
      }
      return "whole";
    }
    case "struct":
      if (type.id === undefined) return "unknown";
      for (const member of executable.debugMembers(type.id)) {
        const filled = fillMember(member, at, executable, words, depth);
        if (filled !== "whole") return filled;
      }
      return "whole";
  }
}

function fillMember(
  { type, offsetBits, bitSize }: DebugMember,
  at: number,
  executable: Executable,
  words: WordClass[],
  depth: number,
): Filled {
  if (bitSize === undefined) return fill(type, at + offsetBits / 8, executable, words, depth + 1);
  const first = at * 8 + offsetBits;
  for (const bit of [first, first + Math.max(bitSize, 1) - 1]) words[Math.floor(bit / 64)] = "general";
  return "whole";
}

/** What is not where it would be on its own is read from memory. */
function fillNumber(at: number, bytes: number, words: WordClass[]): Filled {
  if (bytes > 0 && at % Math.min(bytes, MAX_REGISTER_BYTES) !== 0) return "memory";
  for (let i = Math.floor(at / WORD_BYTES); i * WORD_BYTES < at + bytes; i++) words[i] = "general";
  return "whole";
}

function fillFloat(at: number, bytes: number, isTwo: boolean, words: WordClass[]): Filled {
  const alone = isTwo ? bytes / 2 : bytes;
  if (at % Math.min(alone, MAX_REGISTER_BYTES) !== 0) return "memory";
  const put = (i: number): void => void (words[i] = words[i] === "general" ? "general" : "float");
  put(Math.floor(at / WORD_BYTES));
  if (isTwo || (bytes > 4 && bytes <= 8 && at % 8 !== 0)) put(Math.floor((at + bytes - 1) / WORD_BYTES));
  return "whole";
}

export function bytesOf(type: DebugType): number {
  if (type.kind === "pointer") return WORD_BYTES;
  if (type.kind === "array") return bytesOf(type.element) * type.length;
  return type.kind === "void" ? 0 : type.bytes;
}

/** Where values of a type may begin. */
export function alignOf(type: DebugType, executable: Executable, depth = 0): number {
  if (type.kind === "array") return alignOf(type.element, executable, depth);
  if (type.kind === "float" && type.unit.startsWith("two")) return type.bytes / 2;
  if (type.kind !== "struct") return Math.max(1, Math.min(bytesOf(type), MAX_REGISTER_BYTES));
  if (type.id === undefined || depth > MAX_DEPTH) return type.alignBytes ?? 1;
  const inside = executable.debugMembers(type.id).map((member) => alignOf(member.type, executable, depth + 1));
  return Math.max(type.alignBytes ?? 1, ...inside);
}
