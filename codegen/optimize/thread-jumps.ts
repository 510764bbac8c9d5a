/**
 * Leads edges past blocks that only pass control on:
 *
 * - an edge to an empty block that jumps goes to where the block jumps
 * - an edge to a block that does nothing but branch, with an argument that decides the branch, goes to the arm that is
 *   taken: `if (a && b)` then tests each operand once
 */
import { dropUnreachable, withBlocks } from "./blocks.js";
import { holds } from "../ir/evaluate.js";
import {
  isDereferenceable,
  type Block,
  type BlockId,
  type Instruction,
  type IrFunction,
  type Target,
  type Terminator,
  type Value,
} from "../ir/ir.js";
import { mapTargets, operandsOf, resultOf, terminatorOperandsOf } from "../ir/operands.js";
import { loopsFor } from "./analyses.js";
import { Definitions } from "./definitions.js";
import type { Pass } from "./pass.js";
import { Values } from "./substitution.js";

export const threadJumps: Pass = {
  name: "thread-jumps",
  run: (fn) => (fn.blocks.length < 3 ? fn : new Threader(fn).run()),
};

/** A block whose edges may be led past it: all that it defines is used in its terminator alone. */
interface Passage {
  readonly block: Block;
  readonly constants: ReadonlyMap<Value, bigint>;
}

class Threader {
  readonly #fn: IrFunction;
  readonly #definitions: Definitions;
  readonly #values: Values;
  readonly #passages = new Map<BlockId, Passage>();

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#definitions = Definitions.of(fn);
    this.#values = new Values(fn);
  }

  run(): IrFunction {
    this.#findPassages();
    if (this.#passages.size === 0) return this.#fn;
    const blocks = this.#fn.blocks.map((block) => this.#block(block));
    return dropUnreachable(withBlocks(this.#fn, blocks, this.#values.types));
  }

  #findPassages(): void {
    const candidates = this.#fn.blocks.slice(1).filter(onlyPassesOn);
    if (candidates.length === 0) return;
    const escaping = usedElsewhere(this.#fn);
    const loops = loopsFor(this.#fn);
    for (const block of candidates) {
      if (loops.loopOf(block.id)?.header === block.id || !loops.isReducible) continue;
      const constants = new Map<Value, bigint>();
      for (const step of block.instructions) if (step.op === "const") constants.set(step.result, step.value);
      const isPrivate = [...block.params, ...constants.keys()].every((value) => escaping[value] === 0);
      if (isPrivate) this.#passages.set(block.id, { block, constants });
    }
  }

  #block(block: Block): Block {
    const added: Instruction[] = [];
    const terminator = mapTargets(block.terminator, (target) => this.#follow(target, block.terminator, added));
    if (terminator === block.terminator) return block;
    return {
      ...block,
      instructions: added.length === 0 ? block.instructions : [...block.instructions, ...added],
      terminator,
    };
  }

  /** Where the edge goes in the end. Passages are not in loops as headers, so that this ends. */
  #follow(first: Target, from: Terminator, added: Instruction[]): Target {
    let target = first;
    for (let steps = 0; steps < 32; steps++) {
      const passage = this.#passages.get(target.block);
      if (passage === undefined) return target;
      const next = this.#nextOf(passage, target);
      if (next === undefined) return target;
      target = {
        block: next.block,
        args: next.args.map((value) => this.#argument(value, passage, target, from, added)),
      };
    }
    return target;
  }

  #nextOf(passage: Passage, edge: Target): Target | undefined {
    const { terminator } = passage.block;
    if (terminator.op === "jump") return terminator.target;
    if (terminator.op !== "branch") return undefined;
    const left = this.#passed(terminator.left, passage, edge);
    const right = this.#constantOf(terminator.right, passage, edge);
    if (right === undefined) return undefined;
    const isNotNull = right === 0n && isDereferenceable(this.#values.typeOf(left));
    if (isNotNull) return terminator.condition === "ne" ? terminator.then : undefined;
    const constant = this.#constantOf(terminator.left, passage, edge);
    if (constant === undefined) return undefined;
    return holds(terminator.condition, constant, right) ? terminator.then : terminator.otherwise;
  }

  /** What the edge passes for a value that is used in the passage. */
  #passed(value: Value, { block }: Passage, edge: Target): Value {
    const index = block.params.indexOf(value);
    return edge.args[index] ?? value;
  }

  #constantOf(value: Value, passage: Passage, edge: Target): bigint | undefined {
    return passage.constants.get(value) ?? this.#definitions.constantOf(this.#passed(value, passage, edge));
  }

  /** An argument of the next edge, as the block at the start of the edge knows it. */
  #argument(value: Value, passage: Passage, edge: Target, from: Terminator, added: Instruction[]): Value {
    const constant = passage.constants.get(value);
    if (constant === undefined) return this.#passed(value, passage, edge);
    const instruction: Instruction = { op: "const", result: this.#values.add("int"), value: constant, span: from.span };
    this.#definitions.add(instruction);
    added.push(instruction);
    return instruction.result;
  }
}

const onlyPassesOn = ({ instructions, terminator }: Block): boolean =>
  (terminator.op === "jump" || terminator.op === "branch") && instructions.every((step) => step.op === "const");

/** By value: 1 when it is used in another block than the one that defines it, or before its terminator. */
function usedElsewhere(fn: IrFunction): Uint8Array {
  const definedIn = new Int32Array(fn.types.length).fill(-1);
  const escaping = new Uint8Array(fn.types.length);
  for (const block of fn.blocks) {
    for (const param of block.params) definedIn[param] = block.id;
    for (const step of block.instructions) {
      for (const value of operandsOf(step)) escaping[value] = 1;
      const result = resultOf(step);
      if (result !== undefined) definedIn[result] = block.id;
    }
  }
  for (const block of fn.blocks) {
    for (const value of terminatorOperandsOf(block.terminator)) if (definedIn[value] !== block.id) escaping[value] = 1;
  }
  return escaping;
}
