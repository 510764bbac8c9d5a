/** What selection must know of each IR value before it starts: where it comes from, how often it is used, how wide it is. */
import { cell } from "../../column.js";
import type { Graph } from "../../ir/graph.js";
import type { Block, Instruction, IrFunction, Value } from "../../ir/ir.js";
import { significantBitsOf } from "../../ir/known-bits.js";
import { conditionOperandsOf, operandsOf, targetsOf } from "../../ir/operands.js";
import type { Flow } from "./block-order.js";

export interface ValueFacts {
  /** The instruction behind a value; undefined for parameters. */
  definition(value: Value): Instruction | undefined;
  /** The value that this one is a mere name of. */
  resolve(value: Value): Value;
  /** The value of a constant. */
  constant(value: Value): bigint | undefined;
  /** All bits from here up are zero. */
  significantBits(value: Value): number;
  /** One instruction, jump or argument uses it. */
  isUsedOnce(value: Value): boolean;
}

export function valueFactsOf(fn: IrFunction, flow: Flow): ValueFacts {
  const definitions: (Instruction | undefined)[] = new Array<undefined>(fn.types.length).fill(undefined);
  const names = new Int32Array(fn.types.length).fill(-1);
  const bits = new Uint8Array(fn.types.length).fill(64);
  const uses = new Int32Array(fn.types.length);

  const resolve = (value: Value): Value => {
    let found = value;
    for (let next = cell(names, found); next >= 0; next = cell(names, found)) found = next as Value;
    return found;
  };
  const constant = (value: Value): bigint | undefined => {
    const definition = definitions[resolve(value)];
    return definition?.op === "const" ? definition.value : undefined;
  };
  const significantBits = (value: Value): number => cell(bits, resolve(value));

  const { graph } = flow;
  const count = (value: Value): void => {
    const at = resolve(value);
    uses[at] = cell(uses, at) + 1;
  };
  for (const block of graph.order) {
    if (graph.predecessors(block.id).length === 1) nameParams(graph, block, names);
    for (const instruction of block.instructions) {
      if ("result" in instruction) {
        definitions[instruction.result] = instruction;
        if (isNoExtension(instruction, significantBits)) {
          names[instruction.result] = resolve(instruction.value);
          continue;
        }
        bits[instruction.result] = significantBitsOf(instruction, { constant, significantBits });
      }
      for (const operand of operandsOf(instruction)) count(operand);
    }
    for (const operand of conditionOperandsOf(block.terminator)) count(operand);
    for (const target of targetsOf(block.terminator)) {
      if (graph.predecessors(target.block).length > 1) for (const arg of target.args) count(arg);
    }
  }
  return {
    definition: (value) => definitions[resolve(value)],
    resolve,
    constant,
    significantBits,
    isUsedOnce: (value) => uses[resolve(value)] === 1,
  };
}

/** A block that is reached in one way only: its parameters are the arguments. */
function nameParams(graph: Graph, block: Block, names: Int32Array): void {
  const [from] = graph.predecessors(block.id);
  if (from === undefined) return;
  const target = targetsOf(graph.block(from).terminator).find((to) => to.block === block.id);
  if (target !== undefined) block.params.forEach((param, i) => (names[param] = cell(target.args, i)));
}

const isNoExtension = (
  instruction: Instruction,
  significantBits: (value: Value) => number,
): instruction is Extract<Instruction, { op: "extend" }> =>
  instruction.op === "extend" && !instruction.isSigned && significantBits(instruction.value) <= instruction.bits;
