/**
 * One program for where functions are entered and where they return. The kernel runs it at both; which it is tells a kfunc:
 *
 *     function 0    asks, and calls one of the bodies
 *     1 …           the body for where functions are entered, and what it calls
 *     n …           the body for where they return, and what that calls
 */
import type { Span } from "../../grammar/index.js";
import { isReturnKfunc } from "../btf/index.js";
import type { KernelFacts } from "../facts.js";
import { InternalError } from "../internal-error.js";
import { Builder } from "../ir/builder.js";
import type { Instruction, IrFunction, IrProgram, Value } from "../ir/ir.js";

interface Halves {
  readonly entry: IrProgram;
  readonly back: IrProgram;
}

export function joinSession(
  name: string,
  { entry, back }: Halves,
  { facts, span }: { readonly facts: KernelFacts; readonly span: Span | undefined },
): IrProgram {
  const b = new Builder(name, "program", ["context"]);
  b.span = span;
  const [context] = b.params as [Value];
  const [ofEntry, ofReturn] = [b.block(), b.block()];
  const backAt = 1 + entry.functions.length;
  b.branch("ne", askIfReturn(b, context, facts), b.int(0), ofReturn, ofEntry);
  for (const [block, callee] of [
    [ofEntry, 1],
    [ofReturn, backAt],
  ] as const) {
    b.switchTo(block);
    b.callFunction(callee, [context]);
    // What an entry returns decides whether the return is seen.
    b.exit(b.int(0));
  }
  return { functions: [b.finish(), ...movedBy(1, entry), ...movedBy(backAt, back)] };
}

function askIfReturn(b: Builder, context: Value, { btf }: KernelFacts): Value {
  const kfunc = isReturnKfunc(btf);
  if (kfunc === undefined) throw new InternalError("lower", "the kernel cannot tell entries from returns");
  const args = kfunc.proto.params.length > 0 ? [context] : [];
  return b.extend(b.callKfunc("bpf_session_is_return", kfunc.id, args, "int"), 8, false);
}

/** Outlines stay as they are: they call nothing, and other programs have them too. */
export function movedBy(distance: number, { functions }: IrProgram): readonly IrFunction[] {
  const move = (i: Instruction): Instruction =>
    i.op === "call-function" || i.op === "function" ? { ...i, callee: i.callee + distance } : i;
  return functions.map((fn) => {
    if (fn.role === "subprogram") return fn;
    const blocks = fn.blocks.map((block) => ({ ...block, instructions: block.instructions.map(move) }));
    return { ...fn, role: fn.role === "program" ? "subprogram" : fn.role, blocks };
  });
}
