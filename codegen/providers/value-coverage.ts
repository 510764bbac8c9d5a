/** Whether the parts of a value that are known are all there is of it: compilers leave out those that nobody uses any more. */
import type { DebugMember, DebugType, Executable } from "../facts.js";
import { bytesOf } from "./value-classes.js";

interface Extent {
  readonly at: number;
  readonly bytes: number;
}

/** Deeper than structs are in each other. */
const MAX_DEPTH = 16;

/** Of larger ones what is between the numbers has to be there as well. */
const MAX_ELEMENTS = 64;

/** What lies between members is nothing. */
export function isCovered(type: DebugType, parts: readonly Extent[], executable: Executable): boolean {
  const known = [...parts].sort((a, b) => a.at - b.at);
  const isKnown = (start: number, end: number): boolean => {
    let reached = start;
    for (const { at, bytes } of known) if (at <= reached) reached = Math.max(reached, at + bytes);
    return reached >= end;
  };
  const holds = (of: DebugType, at: number, depth: number): boolean => {
    const bytes = bytesOf(of);
    if (isKnown(at, at + bytes)) return true;
    if (depth > MAX_DEPTH) return false;
    if (of.kind === "array" && of.length <= MAX_ELEMENTS) {
      const each = bytesOf(of.element);
      return Array.from({ length: of.length }).every((_, i) => holds(of.element, at + i * each, depth + 1));
    }
    if (of.kind !== "struct" || of.id === undefined) return false;
    const members = executable.debugMembers(of.id);
    return members.length > 0 && members.every((member) => holdsMember(member, at, depth));
  };
  const holdsMember = ({ type: of, offsetBits, bitSize }: DebugMember, at: number, depth: number): boolean => {
    if (bitSize === undefined) return holds(of, at + offsetBits / 8, depth + 1);
    return isKnown(at + Math.floor(offsetBits / 8), at + Math.ceil((offsetBits + bitSize) / 8));
  };
  return holds(type, 0, 0);
}
