/** What Go's compiler says of where values are: places of the parts that it still has, without a word on the others. */
import type { DebugPart, DebugType } from "../../codegen/facts.js";
import type { DebugInfo } from "./debug-info.js";
import type { GoCompiler } from "./languages.js";
import { membersOf } from "./types.js";

/** Larger ones are always in memory, as wholes: the compiler takes apart what fits into so many bytes. */
const MAX_APART_BYTES = 32;

/** Deeper than what fits into those. */
const MAX_DEPTH = 32;

/**
 * A list of places has one for each number that the value is made of and that is known: of a string of which only the
 * length is used, the place of the length, which looks like that of a string.
 *
 * @param isCopy - the function is part of another one: its parameters are variables as any
 */
export function areAllParts(
  info: DebugInfo,
  type: DebugType,
  parts: readonly DebugPart[],
  { usesRegisters, isOptimising }: GoCompiler,
  isCopy: boolean,
): boolean {
  const numbers = numbersIn(info, type, 0);
  if (numbers === undefined) return true;
  const [only] = parts;
  if (parts.length > 1 || only?.bytes !== undefined) return sum(parts.map(({ bytes }) => bytes ?? 0)) === sum(numbers);
  const isSurelyWhole = only?.kind === "memory" && (!isOptimising || (usesRegisters && !isCopy));
  return isSurelyWhole || numbers.length === 1;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** How many bytes each has; undefined: it is not taken apart. */
function numbersIn(info: DebugInfo, type: DebugType, depth: number): readonly number[] | undefined {
  if (depth > MAX_DEPTH || type.kind === "void") return undefined;
  if (type.kind === "pointer") return [8];
  if (type.kind === "float") return type.unit === "two-sse" ? [type.bytes / 2, type.bytes / 2] : [type.bytes];
  if (type.kind === "array") {
    if (type.length === 0) return [];
    return type.length === 1 ? numbersIn(info, type.element, depth + 1) : undefined;
  }
  if (type.kind !== "struct") return [type.bytes];
  if (type.id === undefined || type.bytes > MAX_APART_BYTES) return undefined;
  const all = membersOf(info, type.id).map((member) => numbersIn(info, member.type, depth + 1));
  return all.some((numbers) => numbers === undefined) ? undefined : all.flatMap((numbers) => numbers ?? []);
}
