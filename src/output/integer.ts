/**
 * Integers of 1, 2, 4 and 8 bytes out of memory. What fits a double exactly is a `number`; only
 * the rest of the 64-bit range costs a `bigint`.
 */
import type { Memory } from "./memory.js";

export type Integer = number | bigint;
export type IntegerReader = (m: Memory, at: number) => Integer;

const TWO_32 = 4294967296;
/** The upper half of a number below 2^53. */
const EXACT_HIGH = 0x20_0000;

function readU64(m: Memory, at: number): Integer {
  const high = m.view.getUint32(at + 4, true);
  return high < EXACT_HIGH ? high * TWO_32 + m.view.getUint32(at, true) : m.view.getBigUint64(at, true);
}

function readS64(m: Memory, at: number): Integer {
  const high = m.view.getInt32(at + 4, true);
  return high < EXACT_HIGH && high >= -EXACT_HIGH
    ? high * TWO_32 + m.view.getUint32(at, true)
    : m.view.getBigInt64(at, true);
}

const SIGNED: Readonly<Record<number, IntegerReader>> = {
  1: (m, at) => m.view.getInt8(at),
  2: (m, at) => m.view.getInt16(at, true),
  4: (m, at) => m.view.getInt32(at, true),
  8: readS64,
};

const UNSIGNED: Readonly<Record<number, IntegerReader>> = {
  1: (m, at) => m.view.getUint8(at),
  2: (m, at) => m.view.getUint16(at, true),
  4: (m, at) => m.view.getUint32(at, true),
  8: readU64,
};

export function integerReader(bytes: number, isSigned: boolean): IntegerReader {
  const reader = (isSigned ? SIGNED : UNSIGNED)[bytes];
  if (reader === undefined) throw new RangeError(`no integer has ${bytes} bytes`);
  return reader;
}

/**
 * For bit-fields: `shift` and `size` count from the least significant bit, the topmost one is the sign of a signed
 * field. Only bytes that hold a bit are read.
 */
export function bitFieldReader(shift: number, size: number, isSigned: boolean): IntegerReader {
  const first = Math.floor(shift / 8);
  const rest = shift % 8;
  const bytes = Math.ceil((rest + size) / 8);
  if (bytes > EXACT_BYTES) return wideBitFieldReader(first, bytes, rest, { size, isSigned });
  const divisor = 2 ** rest;
  const modulus = 2 ** size;
  const firstNegative = isSigned ? modulus / 2 : modulus;
  return (m, at) => {
    let word = 0;
    for (let i = bytes - 1; i >= 0; i--) word = word * 256 + (m.bytes[at + first + i] ?? 0);
    const value = Math.floor(word / divisor) % modulus;
    return value < firstNegative ? value : value - modulus;
  };
}

/** What a double holds exactly. */
const EXACT_BYTES = 6;

function wideBitFieldReader(
  first: number,
  bytes: number,
  shift: number,
  { size, isSigned }: { readonly size: number; readonly isSigned: boolean },
): IntegerReader {
  const extend = isSigned ? BigInt.asIntN : BigInt.asUintN;
  return (m, at) => {
    let word = 0n;
    for (let i = bytes - 1; i >= 0; i--) word = (word << 8n) | BigInt(m.bytes[at + first + i] ?? 0);
    return narrow(extend(size, word >> BigInt(shift)));
  };
}

/** The `number` of a bigint that a double holds exactly, or itself. */
export function narrow(value: bigint): Integer {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** Toward zero. */
export function divide(value: Integer, by: number): Integer {
  if (by <= 1) return value;
  return typeof value === "number" ? Math.trunc(value / by) : narrow(value / BigInt(by));
}

/** Works for mixed operands: JavaScript compares number and bigint by value. */
export const compareIntegers = (a: Integer, b: Integer): number => (a < b ? -1 : a > b ? 1 : 0);

export const hex = (value: Integer): string => `0x${value.toString(16)}`;
