/** Types of literals (language.md 8.1). */
import { int, type IntBytes, type IntType } from "./type.js";

const SIZES: readonly IntBytes[] = [1, 2, 4, 8];

/** The mathematical range of an integer type. */
export function rangeOf(type: { readonly bytes: number; readonly isSigned: boolean }): { min: bigint; max: bigint } {
  const bits = BigInt(type.bytes * 8);
  return type.isSigned
    ? { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }
    : { min: 0n, max: (1n << bits) - 1n };
}

export function holds(type: { readonly bytes: number; readonly isSigned: boolean }, value: bigint): boolean {
  const { min, max } = rangeOf(type);
  return value >= min && value <= max;
}

/** The smallest signed type that holds it, else `uint64`. What is not negative may still become unsigned. */
export function typeOfInteger(value: bigint): IntType {
  for (const bytes of SIZES) {
    const type = int(bytes, true);
    if (holds(type, value)) return { ...type, isFlexible: value >= 0n };
  }
  return int(8, false);
}
