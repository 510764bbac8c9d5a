/** Checks that the frames of every chain of calls fit the stack together, callbacks included. */
import type { IrProgram } from "../ir/ir.js";
import type { FunctionCode } from "./code.js";
import { FRAME_UNIT_BYTES, STACK_BYTES, StackOverflowError } from "./frame.js";

interface Chain {
  readonly functions: readonly number[];
  readonly bytes: number;
}

export function checkStack(program: IrProgram, functions: readonly FunctionCode[]): void {
  const deepest = deepestFrom(program, functions, 0, []);
  if (deepest.bytes <= STACK_BYTES) return;
  const slots = deepest.functions.flatMap((at) => program.functions[at]?.slots ?? []);
  throw new StackOverflowError(
    deepest.functions.map((at) => functions[at]?.name ?? ""),
    deepest.bytes,
    slots.toSorted((a, b) => b.bytes - a.bytes),
  );
}

function deepestFrom(program: IrProgram, functions: readonly FunctionCode[], at: number, above: readonly number[]): Chain {
  const path = [...above, at];
  if (above.includes(at)) throw new Error(`${functions[at]?.name ?? ""} calls itself`);
  const callees = calleesOf(program, at);
  const own = functions[at]?.frameBytes ?? 0;
  let deepest: Chain = { functions: path, bytes: 0 };
  for (const callee of callees) {
    const chain = deepestFrom(program, functions, callee, path);
    if (chain.bytes > deepest.bytes) deepest = chain;
  }
  const unit = FRAME_UNIT_BYTES;
  return { functions: deepest.functions, bytes: Math.max(unit, Math.ceil(own / unit) * unit) + deepest.bytes };
}

function calleesOf(program: IrProgram, at: number): ReadonlySet<number> {
  const callees = new Set<number>();
  for (const { instructions } of program.functions[at]?.blocks ?? []) {
    for (const instruction of instructions) {
      if (instruction.op === "call-function" || instruction.op === "function") callees.add(instruction.callee);
    }
  }
  return callees;
}
