/** Constants of programs that are compiled as one. */
import type { Instruction, Value } from "./ir.js";

/** A constant that has these values, by program. */
export function constants(result: Value, values: readonly bigint[], span: Instruction["span"]): Instruction {
  const value = values[0] ?? 0n;
  return values.every((other) => other === value)
    ? { op: "const", result, value, span }
    : { op: "varying", result, values, span };
}

/** An instruction has room for it: it is widened from 32 bits with its sign. */
export const isImmediate = (value: bigint): boolean => value >= -0x80000000n && value <= 0x7fffffffn;
