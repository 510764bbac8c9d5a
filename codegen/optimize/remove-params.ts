/**
 * Removes block parameters that are not a choice: every edge passes the same value (or the parameter itself), the same
 * constant, or what it passes for another parameter of the block.
 *
 * A parameter that takes the null from a checked pointer stays: it has another type than its argument.
 */
import type { Block, BlockId, Instruction, IrFunction, Target, Value } from "../ir/ir.js";
import { mapTargets, targetsOf } from "../ir/operands.js";
import { graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { Definitions } from "./definitions.js";
import type { Pass } from "./pass.js";
import { Substitution } from "./substitution.js";

export const removeParams: Pass = { name: "remove-params", run };

/** What becomes of the parameters of one block. */
interface Plan {
  readonly isKept: readonly boolean[];
  /** Constants that take the place of parameters, at the top of the block. */
  readonly constants: readonly Instruction[];
}

function run(fn: IrFunction): IrFunction {
  if (fn.blocks.every((block) => block.params.length === 0)) return fn;
  const definitions = Definitions.of(fn);
  const same = new Substitution();
  const targets = targetsByBlock(fn);
  const plans = new Map<BlockId, Plan>();
  for (const block of graphFor(fn).order) {
    const plan = planFor(fn, block, targets[block.id] ?? [], definitions, same);
    if (plan.isKept.includes(false)) plans.set(block.id, plan);
  }
  if (plans.size === 0) return fn;
  return withBlocks(
    fn,
    fn.blocks.map((block) => rewrite(block, plans, same)),
  );
}

/** All edges into each block. */
export function targetsByBlock(fn: IrFunction): readonly (readonly Target[] | undefined)[] {
  const targets: Target[][] = [];
  for (const block of fn.blocks)
    for (const target of targetsOf(block.terminator)) (targets[target.block] ??= []).push(target);
  return targets;
}

function planFor(
  fn: IrFunction,
  block: Block,
  targets: readonly Target[],
  definitions: Definitions,
  same: Substitution,
): Plan {
  const isKept: boolean[] = [];
  const constants: Instruction[] = [];
  const seen = new Map<string, Value>();
  block.params.forEach((param, index) => {
    const args = new Set(targets.map((target) => same.resolve(target.args[index] ?? param)));
    args.delete(param);
    const type = fn.types[param];
    const [first] = args;
    const constant = commonConstant(args, definitions);
    const key = `${type} ${targets.map((target) => same.resolve(target.args[index] ?? param)).join(" ")}`;
    const twin = seen.get(key);
    if (args.size === 1 && first !== undefined && fn.types[first] === type) {
      same.replace(param, first);
    } else if (constant !== undefined && type === "int") {
      const instruction: Instruction = { op: "const", result: param, value: constant, span: block.terminator.span };
      definitions.add(instruction);
      constants.push(instruction);
    } else if (twin !== undefined) {
      same.replace(param, twin);
    } else {
      seen.set(key, param);
      isKept.push(true);
      return;
    }
    isKept.push(false);
  });
  return { isKept, constants };
}

function commonConstant(args: ReadonlySet<Value>, definitions: Definitions): bigint | undefined {
  const values = new Set([...args].map((value) => definitions.constantOf(value)));
  return values.size === 1 ? [...values][0] : undefined;
}

function rewrite(block: Block, plans: ReadonlyMap<BlockId, Plan>, same: Substitution): Block {
  const plan = plans.get(block.id);
  const terminator = mapTargets(block.terminator, (target) => {
    const isKept = plans.get(target.block)?.isKept;
    return isKept === undefined ? target : { ...target, args: target.args.filter((_, index) => isKept[index]) };
  });
  if (plan === undefined) return same.apply(terminator === block.terminator ? block : { ...block, terminator });
  return same.apply({
    ...block,
    params: block.params.filter((_, index) => plan.isKept[index]),
    instructions: [...plan.constants, ...block.instructions],
    terminator,
  });
}
