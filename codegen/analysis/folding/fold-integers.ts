/** Exact arithmetic on literals (language.md 17.1). */
import type { BinaryOp } from "../../../grammar/index.js";

const MIN = -(1n << 63n);
const MAX = (1n << 64n) - 1n;
const MAX_SIGNED = (1n << 63n) - 1n;

type Fold = (a: bigint, b: bigint) => bigint | boolean | undefined;

/** A shift by a negative count or by 64 and more has no value. */
const isShift = (count: bigint): boolean => count >= 0n && count < 64n;

const FOLDS: { readonly [O in BinaryOp]: Fold } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (b === 0n ? undefined : a / b),
  "%": (a, b) => (b === 0n ? undefined : a % b),
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => (isShift(b) ? a << b : undefined),
  ">>": (a, b) => (isShift(b) ? a >> b : undefined),
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "&&": (a, b) => a !== 0n && b !== 0n,
  "||": (a, b) => a !== 0n || b !== 0n,
};

/** `undefined`: overflow, underflow, a division by zero or a shift without meaning. */
export function foldIntegers(op: BinaryOp, a: bigint, b: bigint): bigint | boolean | undefined {
  if ((a < 0n && b > MAX_SIGNED) || (b < 0n && a > MAX_SIGNED)) return undefined;
  const result = FOLDS[op](a, b);
  return typeof result === "bigint" && (result < MIN || result > MAX) ? undefined : result;
}

/** `undefined`: there is no such negative number. */
export const foldNegation = (value: bigint): bigint | undefined => (-value < MIN ? undefined : -value);

/** The 64-bit complement, as an unsigned number. */
export const foldComplement = (value: bigint): bigint => BigInt.asUintN(64, ~value);

/** Bools stay bools under every operator; among integers they are 0 and 1. */
export function foldBools(op: BinaryOp, a: boolean, b: boolean): boolean | undefined {
  const result = foldIntegers(op, a ? 1n : 0n, b ? 1n : 0n);
  return result === undefined ? undefined : typeof result === "bigint" ? result !== 0n : result;
}
