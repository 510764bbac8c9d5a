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
import { mapTargets, operandsOf, resultOf, targetsOf, terminatorOperandsOf } from "../ir/operands.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import { Definitions } from "./definitions.js";
import type { Pass } from "./pass.js";
import { Values } from "./substitution.js";

export const threadJumps: Pass = { name: "thread-jumps", run };

/**
 * A block whose edges may be led past it. What it defines may be used in its terminator and in the blocks below one arm that
 * has no other way in: edges are not led there then, so that the block still dominates those uses.
 */
interface Passage {
  readonly block: Block;
  readonly constants: ReadonlyMap<Value, bigint>;
  /** The arm that may use what the block defines. */
  readonly closedArm: BlockId | undefined;
}

function run(fn: IrFunction): IrFunction {
  if (fn.blocks.length < 3) return fn;
  const passages = passagesOf(fn);
  return passages.size === 0 ? fn : new Threader(fn, passages).run();
}

function passagesOf(fn: IrFunction): ReadonlyMap<BlockId, Passage> {
  const passages = new Map<BlockId, Passage>();
  const candidates = fn.blocks.slice(1).filter(onlyPassesOn);
  if (candidates.length === 0) return passages;
  const loops = loopsFor(fn);
  if (!loops.isReducible) return passages;
  const usesOf = usesElsewhere(fn, candidates);
  for (const block of candidates) {
    if (loops.loopOf(block.id)?.header === block.id) continue;
    const uses = usesOf.get(block.id);
    const closedArm = uses === undefined ? undefined : armAbove(fn, block, uses);
    if (uses !== undefined && closedArm === undefined) continue;
    const constants = new Map<Value, bigint>();
    for (const step of block.instructions) if (step.op === "const") constants.set(step.result, step.value);
    passages.set(block.id, { block, constants, closedArm });
  }
  return passages;
}

/** The arm that only this block leads to and that dominates all of the uses. */
function armAbove(fn: IrFunction, { terminator }: Block, uses: ReadonlySet<BlockId>): BlockId | undefined {
  const graph = graphFor(fn);
  const dominators = dominatorsFor(fn);
  return targetsOf(terminator)
    .map((target) => target.block)
    .find((arm) => graph.predecessors(arm).length === 1 && [...uses].every((use) => dominators.dominates(arm, use)));
}

class Threader {
  readonly #fn: IrFunction;
  readonly #definitions: Definitions;
  readonly #values: Values;
  readonly #passages: ReadonlyMap<BlockId, Passage>;
  /** Blocks whose edges have been led on. */
  readonly #threaded: Block[] = [];

  constructor(fn: IrFunction, passages: ReadonlyMap<BlockId, Passage>) {
    this.#fn = fn;
    this.#passages = passages;
    this.#definitions = Definitions.of(fn);
    this.#values = new Values(fn);
  }

  /** From the last block to the first: an edge to a passage goes on where the edges of that go by now, however long the way is. */
  run(): IrFunction {
    for (const block of graphFor(this.#fn).order.toReversed()) this.#threaded[block.id] = this.#block(block);
    const blocks = this.#fn.blocks.map((block) => this.#threaded[block.id] ?? block);
    return dropUnreachable(withBlocks(this.#fn, blocks, this.#values.types));
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

  /** Where the edge goes in the end. There is one: every loop has a header, and no header is a passage. */
  #follow(first: Target, from: Terminator, added: Instruction[]): Target {
    let target = first;
    for (;;) {
      const passage = this.#passages.get(target.block);
      if (passage === undefined) return target;
      const arm = this.#armOf(passage, target);
      if (arm === undefined || targetsOf(passage.block.terminator)[arm]?.block === passage.closedArm) return target;
      const next = targetsOf((this.#threaded[target.block] ?? passage.block).terminator)[arm];
      if (next === undefined) return target;
      const edge = target;
      target = { block: next.block, args: next.args.map((value) => this.#argument(value, passage, edge, from, added)) };
    }
  }

  /** Which of the passage's targets the edge leads to. */
  #armOf(passage: Passage, edge: Target): number | undefined {
    const { terminator } = passage.block;
    if (terminator.op === "jump") return 0;
    if (terminator.op !== "branch") return undefined;
    const left = this.#passed(terminator.left, passage, edge);
    const right = this.#constantOf(terminator.right, passage, edge);
    if (right === undefined) return undefined;
    const isNotNull = right === 0n && isDereferenceable(this.#values.typeOf(left));
    if (isNotNull) return terminator.condition === "ne" ? THEN : undefined;
    const constant = this.#constantOf(terminator.left, passage, edge);
    if (constant === undefined) return undefined;
    return holds(terminator.condition, constant, right) ? THEN : OTHERWISE;
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
    const constant = passage.constants.get(value) ?? this.#addedConstant(value);
    if (constant === undefined) return this.#passed(value, passage, edge);
    const instruction: Instruction = { op: "const", result: this.#values.add("int"), value: constant, span: from.span };
    this.#definitions.add(instruction);
    added.push(instruction);
    return instruction.result;
  }

  /** Of what an edge of the passage itself has been given when it was led on: it is made in the passage. */
  #addedConstant(value: Value): bigint | undefined {
    return value < this.#fn.types.length ? undefined : this.#definitions.constantOf(value);
  }
}

/** Of the targets of a branch. */
const THEN = 0;
const OTHERWISE = 1;

const onlyPassesOn = ({ instructions, terminator }: Block): boolean =>
  (terminator.op === "jump" || terminator.op === "branch") && instructions.every((step) => step.op === "const");

/** By block: the other blocks that use what it defines. */
function usesElsewhere(fn: IrFunction, candidates: readonly Block[]): ReadonlyMap<BlockId, ReadonlySet<BlockId>> {
  const definedIn = new Int32Array(fn.types.length).fill(-1);
  for (const { id, params, instructions } of candidates) {
    for (const param of params) definedIn[param] = id;
    for (const step of instructions) {
      const result = resultOf(step);
      if (result !== undefined) definedIn[result] = id;
    }
  }
  const uses = new Map<BlockId, Set<BlockId>>();
  for (const { id, instructions, terminator } of fn.blocks) {
    const use = (value: Value): void => {
      const from = definedIn[value] as BlockId;
      if (from === -1 || from === id) return;
      const known = uses.get(from);
      if (known === undefined) uses.set(from, new Set([id]));
      else known.add(id);
    };
    for (const step of instructions) operandsOf(step).forEach(use);
    terminatorOperandsOf(terminator).forEach(use);
  }
  return uses;
}
