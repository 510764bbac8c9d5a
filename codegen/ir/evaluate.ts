/** What the operations of the IR compute. Numbers are signed 64-bit, as `const` holds them. */
import { ALU, CONDITIONS, type AluOp, type Condition } from "../kernel/operations.js";

const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

export const evaluateAlu = (op: AluOp, left: bigint, right: bigint): bigint => signed(ALU[op].evaluate(left, right));

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
