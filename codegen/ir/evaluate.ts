/** What the operations of the IR compute. Numbers are signed 64-bit, as `const` holds them. */
import type { AluOp, Condition } from "./ir.js";

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
/** BPF uses the low six bits of a shift count. */
const count = (value: bigint): bigint => value & 63n;

interface Operation {
  readonly commutes: boolean;
  /** Of signed operands; the result is wrapped by the caller. */
  readonly evaluate: (a: bigint, b: bigint) => bigint;
}

export const ALU: { readonly [O in AluOp]: Operation } = {
  add: { commutes: true, evaluate: (a, b) => a + b },
  sub: { commutes: false, evaluate: (a, b) => a - b },
  mul: { commutes: true, evaluate: (a, b) => a * b },
  div: { commutes: false, evaluate: (a, b) => (b === 0n ? 0n : unsigned(a) / unsigned(b)) },
  mod: { commutes: false, evaluate: (a, b) => (b === 0n ? a : unsigned(a) % unsigned(b)) },
  and: { commutes: true, evaluate: (a, b) => a & b },
  or: { commutes: true, evaluate: (a, b) => a | b },
  xor: { commutes: true, evaluate: (a, b) => a ^ b },
  shl: { commutes: false, evaluate: (a, b) => a << count(b) },
  shr: { commutes: false, evaluate: (a, b) => unsigned(a) >> count(b) },
  sar: { commutes: false, evaluate: (a, b) => a >> count(b) },
};

export const evaluateAlu = (op: AluOp, left: bigint, right: bigint): bigint => signed(ALU[op].evaluate(left, right));

interface Relation {
  readonly evaluate: (a: bigint, b: bigint) => boolean;
  /** The condition with its operands exchanged. */
  readonly mirrored: Condition;
  /** The condition that holds when this one does not; `test` has none. */
  readonly negated: Condition | undefined;
  /** What a comparison of a value with itself gives; `test` depends on the value. */
  readonly ofEquals: boolean | undefined;
}

export const CONDITIONS: { readonly [C in Condition]: Relation } = {
  eq: { evaluate: (a, b) => a === b, mirrored: "eq", negated: "ne", ofEquals: true },
  ne: { evaluate: (a, b) => a !== b, mirrored: "ne", negated: "eq", ofEquals: false },
  ult: { evaluate: (a, b) => unsigned(a) < unsigned(b), mirrored: "ugt", negated: "uge", ofEquals: false },
  ule: { evaluate: (a, b) => unsigned(a) <= unsigned(b), mirrored: "uge", negated: "ugt", ofEquals: true },
  ugt: { evaluate: (a, b) => unsigned(a) > unsigned(b), mirrored: "ult", negated: "ule", ofEquals: false },
  uge: { evaluate: (a, b) => unsigned(a) >= unsigned(b), mirrored: "ule", negated: "ult", ofEquals: true },
  slt: { evaluate: (a, b) => a < b, mirrored: "sgt", negated: "sge", ofEquals: false },
  sle: { evaluate: (a, b) => a <= b, mirrored: "sge", negated: "sgt", ofEquals: true },
  sgt: { evaluate: (a, b) => a > b, mirrored: "slt", negated: "sle", ofEquals: false },
  sge: { evaluate: (a, b) => a >= b, mirrored: "sle", negated: "slt", ofEquals: true },
  test: { evaluate: (a, b) => (a & b) !== 0n, mirrored: "test", negated: undefined, ofEquals: undefined },
};

export const holds = (condition: Condition, left: bigint, right: bigint): boolean =>
  CONDITIONS[condition].evaluate(left, right);

export const evaluateExtend = (value: bigint, bits: number, isSigned: boolean): bigint =>
  isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);

export function evaluateByteSwap(value: bigint, bits: 16 | 32 | 64): bigint {
  let left = BigInt.asUintN(bits, value);
  let swapped = 0n;
  for (let done = 0; done < bits; done += 8) {
    swapped = (swapped << 8n) | (left & 0xffn);
    left >>= 8n;
  }
  return signed(swapped);
}
