/** Removes instructions whose result nobody uses and that do nothing else, and block parameters that nobody uses. */
import type { Block, BlockId, Instruction, IrFunction, Value } from "../ir/ir.js";
import { conditionOperandsOf, effectOf, mapTargets, operandsOf, resultOf, targetsOf } from "../ir/operands.js";
import { withBlocks } from "./blocks.js";
import { effectsOfCall } from "./call-effects.js";
import type { Pass } from "./pass.js";

export const removeDeadCode: Pass = { name: "remove-dead-code", run };

function run(fn: IrFunction): IrFunction {
  const live = liveValues(fn);
  const isLive = (value: Value): boolean => live[value] === 1;
  const paramsOf = new Map(fn.blocks.map((block) => [block.id, block.params]));
  return withBlocks(
    fn,
    fn.blocks.map((block) => sweep(block, paramsOf, isLive)),
  );
}

/** By value: 1 when an effect depends on it. */
function liveValues(fn: IrFunction): Uint8Array {
  const live = new Uint8Array(fn.types.length);
  const work: Value[] = [];
  const mark = (value: Value): void => {
    if (live[value] === 1) return;
    live[value] = 1;
    work.push(value);
  };
  const sources = sourcesOf(fn);
  for (const block of fn.blocks) {
    for (const instruction of block.instructions) if (hasEffect(instruction)) operandsOf(instruction).forEach(mark);
    conditionOperandsOf(block.terminator).forEach(mark);
  }
  for (let value = work.pop(); value !== undefined; value = work.pop()) sources[value]?.forEach(mark);
  return live;
}

/** By value: what it is made from. A parameter is made from the arguments of all edges. */
function sourcesOf(fn: IrFunction): readonly (readonly Value[] | undefined)[] {
  const sources: (readonly Value[])[] = [];
  const args: Value[][] = [];
  const params = new Map<BlockId, readonly Value[]>();
  for (const block of fn.blocks) {
    params.set(block.id, block.params);
    for (const instruction of block.instructions) {
      const result = resultOf(instruction);
      if (result !== undefined) sources[result] = operandsOf(instruction);
    }
  }
  for (const block of fn.blocks) {
    for (const target of targetsOf(block.terminator)) {
      params.get(target.block)?.forEach((param, index) => {
        const arg = target.args[index];
        if (arg === undefined) return;
        sources[param] = args[param] ??= [];
        args[param].push(arg);
      });
    }
  }
  return sources;
}

/** True when the instruction must stay even if nobody uses its result. */
export function hasEffect(instruction: Instruction): boolean {
  switch (effectOf(instruction)) {
    case "constant":
    case "pure":
    case "read":
      return false;
    case "write":
      return true;
    case "call":
      return !effectsOfCall(instruction).isDroppable;
  }
}

function sweep(
  block: Block,
  paramsOf: ReadonlyMap<BlockId, readonly Value[]>,
  isLive: (value: Value) => boolean,
): Block {
  const instructions = keep(block.instructions, (instruction) => {
    const result = resultOf(instruction);
    return hasEffect(instruction) || (result !== undefined && isLive(result));
  });
  const params = keep(block.params, isLive);
  const terminator = mapTargets(block.terminator, (target) => {
    const targetParams = paramsOf.get(target.block) ?? [];
    if (targetParams.every(isLive)) return target;
    return { ...target, args: target.args.filter((_, index) => isLive(targetParams[index] as Value)) };
  });
  const isSame = instructions === block.instructions && params === block.params && terminator === block.terminator;
  return isSame ? block : { ...block, instructions, params, terminator };
}

/** `filter` that gives back the same list when it keeps everything. */
const keep = <T>(list: readonly T[], isKept: (item: T) => boolean): readonly T[] =>
  list.every(isKept) ? list : list.filter(isKept);
