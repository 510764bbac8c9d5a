/**
 * Global value numbering: an instruction that computes what a dominating one has computed already stands for that one.
 * Only for instructions that depend on nothing but their operands; `forward-loads` looks at memory.
 */
import { ALU, CONDITIONS } from "../kernel/operations.js";
import { walkDominators } from "../ir/graph.js";
import type { Block, Instruction, IrFunction, Opcode, Value } from "../ir/ir.js";
import { mapOperands, resultOf } from "../ir/operands.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import type { Pass } from "./pass.js";
import { ScopedMap } from "./scoped-map.js";
import { Substitution } from "./substitution.js";

/** Which instructions may be merged, and how they are told apart: equal keys mean equal results. */
export interface Keys {
  /** Whatever its operands are: most of a function need not be looked at any closer. */
  readonly has: (instruction: Instruction) => boolean;
  readonly of: (instruction: Instruction) => string;
}

export const numberValues: Pass = { name: "number-values", run: (fn) => mergeEqual(fn, PURE) };

/** Replaces instructions by dominating ones of the same key. */
export function mergeEqual(fn: IrFunction, keys: Keys): IrFunction {
  const graph = graphFor(fn);
  const known = new ScopedMap<string, Value>();
  const same = new Substitution();
  const kept: (readonly Instruction[] | undefined)[] = [];
  walkDominators(graph, dominatorsFor(fn).children, {
    enter(id) {
      known.open();
      kept[id] = keepFirst(graph.block(id), keys, known, same);
    },
    leave: () => known.close(),
  });
  if (same.isEmpty) return fn;
  return withBlocks(
    fn,
    fn.blocks.map((block) => same.apply(block, kept[block.id])),
  );
}

function keepFirst(
  block: Block,
  keys: Keys,
  known: ScopedMap<string, Value>,
  same: Substitution,
): readonly Instruction[] {
  return block.instructions.filter((instruction) => {
    const result = keys.has(instruction) ? resultOf(instruction) : undefined;
    if (result === undefined) return true;
    const key = keys.of(mapOperands(instruction, same.resolve));
    const first = known.get(key);
    if (first === undefined) known.set(key, result);
    else same.replace(result, first);
    return first === undefined;
  });
}

const KEYS: { readonly [O in Opcode]?: (i: Extract<Instruction, { readonly op: O }>) => string } = {
  const: (i) => `const ${i.value}`,
  varying: (i) => `varying ${i.values.join()}`,
  alu: (i) => `${i.alu} ${pair(i.left, i.right, ALU[i.alu].commutes)}`,
  extend: (i) => `extend ${i.isSigned ? "s" : "u"}${i.bits} ${i.value}`,
  "byte-swap": (i) => `byte-swap ${i.bits} ${i.value}`,
  compare: (i) => `${i.condition} ${pair(i.left, i.right, CONDITIONS[i.condition].swapped === i.condition)}`,
  "slot-address": (i) => `slot ${i.slot}`,
  map: (i) => `map ${i.map}`,
  "map-value": (i) => `map-value ${i.map} ${i.offset}`,
  point: () => "point",
  function: (i) => `function ${i.callee}`,
};

const PURE: Keys = {
  has: (i) => KEYS[i.op] !== undefined,
  of: (i) => (KEYS[i.op] as ((i: Instruction) => string) | undefined)?.(i) ?? "",
};

const pair = (a: Value, b: Value, commutes: boolean): string => (commutes && b < a ? `${b} ${a}` : `${a} ${b}`);
