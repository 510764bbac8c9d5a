/**
 * How wide the result of an instruction can be, as far as the kernel's verifier knows it too: checks of bounds and
 * extensions are left out because of it, and what made an access provable must stay provable.
 *
 * So there is nothing here on divisions, byte swaps, and shifts by unknown amounts, after which the verifier has
 * forgotten everything.
 */
import type { Instruction, Value } from "./ir.js";

/** What is known of the operands. */
export interface OperandFacts {
  /** The value of a constant. */
  constant(value: Value): bigint | undefined;
  /** All bits from here up are zero. */
  significantBits(value: Value): number;
}

/** All bits of the result from here up are zero: 0 to 64. */
export function significantBitsOf(instruction: Instruction, facts: OperandFacts): number {
  switch (instruction.op) {
    case "const":
      return instruction.value < 0n ? 64 : bitLength(instruction.value);
    case "varying":
      return Math.max(...instruction.values.map((value) => (value < 0n ? 64 : bitLength(value))));
    case "compare":
      return 1;
    case "extend":
      return instruction.isSigned ? 64 : Math.min(instruction.bits, facts.significantBits(instruction.value));
    case "load":
      return instruction.isSigned ? 64 : instruction.bytes * 8;
    case "alu":
      return bitsOfAlu(instruction, facts);
    default:
      return 64;
  }
}

function bitsOfAlu(
  { alu, left, right }: Extract<Instruction, { op: "alu" }>,
  { constant, significantBits }: OperandFacts,
): number {
  const [a, b] = [significantBits(left), significantBits(right)];
  switch (alu) {
    case "and":
      return Math.min(a, b);
    case "or":
    case "xor":
      return Math.max(a, b);
    case "add":
      return Math.min(64, Math.max(a, b) + 1);
    case "mul":
      return Math.min(64, a + b);
    case "shl":
    case "shr": {
      const amount = constant(right);
      if (amount === undefined) return 64;
      const bits = Number(amount & 63n);
      return alu === "shl" ? Math.min(64, a + bits) : Math.max(0, a - bits);
    }
    default:
      return 64;
  }
}

/** Of a number that is not negative: 0 for 0. */
export const bitLength = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
