/**
 * On what the verifier's consent to accesses with variable offsets and sizes rests.
 *
 * A number that is part of an address, or an argument of a call, is either compared with a constant just before (a
 * check): then what was known of it earlier does not matter. Or it was made from numbers that keep it small: these must
 * stay known.
 */
import type { Block, BlockId, Instruction, IrFunction, Target, Terminator, Value } from "../ir/ir.js";
import { operandsOf, targetsOf } from "../ir/operands.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import type { KnownDefinitions } from "./definitions.js";

/** Checks that hold in a block, the innermost first. */
interface Checks {
  readonly value: Value;
  readonly block: BlockId;
  readonly around: Checks | undefined;
}

/** An argument of a block's parameter, with the block that passes it. */
export interface Argument {
  readonly value: Value;
  readonly from: BlockId;
}

/** By parameter: what its block is entered with. */
export type Arguments = ReadonlyMap<Value, readonly Argument[]>;

export class AccessBounds {
  /** Numbers of which something must stay known. */
  readonly bounds = new Set<Value>();
  /** Blocks that end in a check on which an access rests, with the block that is entered when it is passed. */
  readonly checks = new Map<BlockId, BlockId>();
  readonly #fn: IrFunction;
  readonly #definitions: KnownDefinitions;
  readonly #args: Arguments;
  /** By value, the block that makes it. */
  readonly #homes: BlockId[] = [];
  readonly #checksIn = new Map<BlockId, Checks | undefined>();
  readonly #work: Argument[] = [];

  constructor(fn: IrFunction, definitions: KnownDefinitions, args: Arguments) {
    this.#fn = fn;
    this.#definitions = definitions;
    this.#args = args;
    for (const block of graphFor(fn).order) {
      this.#enter(block);
      for (const instruction of block.instructions)
        if (this.#isAccess(instruction)) this.#follow(instruction, block.id);
    }
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) this.#need(next);
  }

  /** Operands of such instructions keep what is known of them. */
  restsOnOperands(instruction: Instruction): boolean {
    return this.#isAccess(instruction) || ("result" in instruction && this.bounds.has(instruction.result));
  }

  /** Functions of ours ask nothing of numbers. */
  #isAccess(instruction: Instruction): boolean {
    switch (instruction.op) {
      case "alu":
        return this.#fn.types[instruction.result] !== "int";
      case "call":
      case "call-kfunc":
        return true;
      default:
        return false;
    }
  }

  /** In reverse post-order: the blocks that dominate it come first. */
  #enter(block: Block): void {
    for (const param of block.params) this.#homes[param] = block.id;
    for (const instruction of block.instructions)
      if ("result" in instruction) this.#homes[instruction.result] = block.id;
    const parent = dominatorsFor(this.#fn).parent(block.id);
    const around = parent === undefined ? undefined : this.#checksIn.get(parent);
    const value = this.#checkedBefore(block.id);
    const [from] = graphFor(this.#fn).predecessors(block.id);
    this.#checksIn.set(block.id, value === undefined || from === undefined ? around : { value, block: from, around });
  }

  /** What the only branch into the block shows to be small. */
  #checkedBefore(id: BlockId): Value | undefined {
    const graph = graphFor(this.#fn);
    const [from, another] = graph.predecessors(id);
    if (from === undefined || another !== undefined || loopsFor(this.#fn).loopOf(from) !== undefined) return undefined;
    const { terminator } = graph.block(from);
    const target = passedTarget(terminator);
    if (target?.block !== id || terminator.op !== "branch") return undefined;
    const isConstant = this.#definitions.constantOf(terminator.right) !== undefined;
    return isConstant && this.#definitions.constantOf(terminator.left) === undefined ? terminator.left : undefined;
  }

  #follow(instruction: Instruction, from: BlockId): void {
    for (const value of operandsOf(instruction)) this.#work.push({ value, from });
  }

  #need({ value, from }: Argument): void {
    if (this.#fn.types[value] !== "int" || this.#definitions.constantOf(value) !== undefined) return;
    for (let checks = this.#checksIn.get(from); checks !== undefined; checks = checks.around) {
      if (checks.value !== value) continue;
      const target = passedTarget(graphFor(this.#fn).block(checks.block).terminator);
      if (target !== undefined) this.checks.set(checks.block, target.block);
      return;
    }
    if (this.bounds.has(value)) return;
    this.bounds.add(value);
    const definition = this.#definitions.of(value);
    if (definition === undefined) this.#work.push(...(this.#args.get(value) ?? []));
    else if (isArithmetic(definition) && !this.#isMask(definition))
      this.#follow(definition, this.#homes[value] ?? from);
  }

  /** The result is small whatever the operand is. */
  #isMask(instruction: Instruction): boolean {
    return (
      instruction.op === "alu" &&
      instruction.alu === "and" &&
      this.#definitions.constantOf(instruction.right) !== undefined
    );
  }
}

export const isArithmetic = ({ op }: Instruction): boolean => op === "alu" || op === "extend" || op === "byte-swap";

/** Where a branch goes when it finds its left side to be small. */
function passedTarget(terminator: Terminator): Target | undefined {
  if (terminator.op !== "branch" || terminator.then.block === terminator.otherwise.block) return undefined;
  switch (terminator.condition) {
    case "ult":
    case "ule":
      return terminator.then;
    case "ugt":
    case "uge":
      return terminator.otherwise;
    default:
      return undefined;
  }
}

export function argumentsOf(fn: IrFunction): Arguments {
  const params = new Map(fn.blocks.map((block) => [block.id, block.params]));
  const found = new Map<Value, Argument[]>();
  for (const { id: from, terminator } of fn.blocks) {
    for (const { block, args } of targetsOf(terminator)) {
      (params.get(block) ?? []).forEach((param, i) => {
        const value = args[i];
        if (value === undefined) return;
        const known = found.get(param);
        if (known === undefined) found.set(param, [{ value, from }]);
        else known.push({ value, from });
      });
    }
  }
  return found;
}
