/** Whether code for several programs is as good as code for one of them. */
import type { IrFunction, Value } from "../ir/ir.js";
import { operandsOf, terminatorOperandsOf } from "../ir/operands.js";
import { isImmediate } from "../ir/varying.js";

/**
 * Constants are best known. One that varies is no worse where it is only stored, handed to a function, or computed with
 * and so wide that it would have to be in a register anyway.
 */
export function isWorseForVarying({ blocks }: IrFunction): boolean {
  const varying = new Map<Value, readonly bigint[]>();
  for (const { instructions } of blocks)
    for (const step of instructions) if (step.op === "varying") varying.set(step.result, step.values);
  if (varying.size === 0) return false;
  const isWide = (value: Value): boolean => varying.get(value)?.every((one) => !isImmediate(one)) ?? true;
  return blocks.some(
    ({ instructions, terminator }) =>
      terminatorOperandsOf(terminator).some((value) => varying.has(value)) ||
      instructions.some((step) => {
        switch (step.op) {
          case "store":
          case "call-function":
            return false;
          case "alu":
            return !isWide(step.left) || !isWide(step.right);
          default:
            return operandsOf(step).some((value) => varying.has(value));
        }
      }),
  );
}
