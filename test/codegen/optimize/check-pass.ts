/** Tables of passes: text before, text after. */
import { expect } from "vitest";
import type { IrFunction } from "../../../codegen/ir/ir.js";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { printFunction } from "../../../codegen/ir/print.js";
import { formatFault, verifyFunction } from "../../../codegen/ir/verify.js";
import type { MapShape, Pass } from "../../../codegen/optimize/index.js";
import { removeDeadCode } from "../../../codegen/optimize/remove-dead-code.js";
import { renumber } from "../../../codegen/optimize/renumber.js";

export const MAPS: readonly MapShape[] = [
  { keyBytes: 8, valueBytes: 8 },
  { keyBytes: 8, valueBytes: 8 },
  { keyBytes: 16, valueBytes: 8 },
  { keyBytes: 4, valueBytes: 8 },
];
const cx = { maps: MAPS };

/** What passes leave behind, dead code removed and numbered anew, without the lines around the blocks. */
export function afterPasses(passes: readonly Pass[], text: string): string {
  const before = parseFunction(text);
  expect(faultsOf(before)).toEqual([]);
  let fn = before;
  for (const pass of passes) {
    fn = pass.run(fn, cx);
    expect(faultsOf(fn), `${pass.name}\n${printFunction(fn)}`).toEqual([]);
    expect(pass.run(before, cx), "deterministic").toEqual(pass.run(before, cx));
  }
  return normal(fn);
}

/** Both texts mean the same blocks and instructions once dead code is gone. */
export function checkPass(passes: readonly Pass[], before: string, after: string): void {
  expect(afterPasses(passes, program(before))).toBe(normal(parseFunction(program(after))));
}

export function checkUnchanged(pass: Pass, text: string): void {
  const fn = parseFunction(program(text));
  expect(faultsOf(fn)).toEqual([]);
  expect(printFunction(pass.run(fn, cx))).toBe(printFunction(fn));
}

const faultsOf = (fn: IrFunction): readonly string[] => verifyFunction(fn, 2).map(formatFault);

const normal = (fn: IrFunction): string => printFunction(renumber.run(removeDeadCode.run(fn, cx), cx));

/** Lines of a program with a context `v0`, three slots and unknown integers `v1` and `v2`; `b0:` is there already. */
export const program = (body: string): string => `program f(v0: context) {
  slot s0: 8 align 8 "a"
  slot s1: 8 align 8 "b"
  slot s2: 16 align 8 "c"
b0:
  v1 = load u64 [v0 + 0]
  v2 = load u64 [v0 + 8]
${body}
}
`;
