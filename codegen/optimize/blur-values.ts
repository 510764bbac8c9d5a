/**
 * Keeps the verifier from following every path of a function with very many.
 *
 * Where paths meet, the verifier goes on with one of them if they agree in all that matters. A number matters from the
 * moment at which it decides a branch: `$x = 0; if (a) { $x = 1 }` and a test of `$x` later make two ways through
 * everything in between, and twenty such variables a million. So a zero that the verifier does not know to be one is
 * added to numbers of which it knows more on one path than on the other:
 *
 * - where the paths meet that made the difference, as far as that is a place of its own (a parameter of the block, a
 *   comparison as a value). Kernels before 6.3 tell a 0 on the stack from other numbers even if nobody asks for it;
 * - elsewhere only in front of the branch that tests the number: the outcome is never known, so the number never matters.
 *
 * Nothing changes in functions whose paths, followed one by one, are no work.
 */
import { InternalError } from "../internal-error.js";
import type { Block, BlockId, Instruction, IrFunction, MapIndex, Value } from "../ir/ir.js";
import { mapOperands, mapTerminatorOperands, resultOf } from "../ir/operands.js";
import type { Span } from "../../grammar/index.js";
import { graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { Knowledge } from "./knowledge.js";
import type { Pass, PassContext } from "./pass.js";
import { Values } from "./substitution.js";

export const blurValues: Pass = { name: "blur-values", run };

/** Instructions on all paths together. The verifier's limit is a million; this many take it some milliseconds. */
const EASY_WORK = 20_000;

function run(fn: IrFunction, { opaqueZero }: PassContext): IrFunction {
  if (opaqueZero === undefined || workOnAllPaths(fn) <= EASY_WORK) return fn;
  return new Blur(fn).run(opaqueZero);
}

/** Loops count once. */
function workOnAllPaths(fn: IrFunction): number {
  const graph = graphFor(fn);
  const work = new Map<BlockId, number>();
  for (const block of graph.order.toReversed()) {
    // What has no figure yet lies behind: it is the way back of a loop.
    const after = graph.successors(block.id).reduce((sum, next) => sum + (work.get(next) ?? 0), 0);
    work.set(block.id, block.instructions.length + 1 + after);
  }
  return work.get(graph.entry.id) ?? 0;
}

/** One function while it is rewritten. */
class Blur {
  readonly #fn: IrFunction;
  readonly #knowledge: Knowledge;
  readonly #values: Values;
  readonly #zero: Value;
  /** By number: itself with the zero added, which stands for it everywhere. */
  readonly #blurred = new Map<Value, Value>();
  #hasTests = false;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#knowledge = new Knowledge(fn);
    this.#values = new Values(fn);
    this.#zero = this.#values.add("int");
    for (const value of this.#knowledge.merged) this.#blurred.set(value, this.#values.add("int"));
  }

  run(opaqueZero: () => MapIndex): IrFunction {
    const [entry, ...rest] = this.#fn.blocks.map((block) => this.#block(block));
    if (entry === undefined) throw new InternalError("optimize", `${this.#fn.name} has no blocks`);
    if (this.#blurred.size === 0 && !this.#hasTests) return this.#fn;
    const first = { ...entry, instructions: [...this.#zeroOf(opaqueZero()), ...entry.instructions] };
    return withBlocks(this.#fn, [first, ...rest], this.#values.types);
  }

  #zeroOf(map: MapIndex): readonly Instruction[] {
    const pointer = this.#values.add("map-value");
    const span = undefined;
    const result = this.#zero;
    return [
      { op: "map-value", result: pointer, map, offset: 0, span },
      { op: "load", result, pointer, offset: 0, bytes: 8, isSigned: false, isVolatile: true, span },
    ];
  }

  #block(block: Block): Block {
    const use = (value: Value): Value => this.#blurred.get(value) ?? value;
    const instructions = block.params.flatMap((param) => this.#blurOf(param, undefined));
    for (const instruction of block.instructions) {
      instructions.push(mapOperands(instruction, use));
      const result = resultOf(instruction);
      if (result !== undefined) instructions.push(...this.#blurOf(result, instruction.span));
    }
    const terminator = mapTerminatorOperands(block.terminator, use);
    if (terminator.op !== "branch" || !this.#knowledge.isUncertainTest(block.terminator))
      return { ...block, instructions, terminator };
    this.#hasTests = true;
    const left = this.#values.add("int");
    instructions.push(this.#sum(left, terminator.left, terminator.span));
    return { ...block, instructions, terminator: { ...terminator, left } };
  }

  #blurOf(value: Value, span: Span | undefined): readonly Instruction[] {
    const blurred = this.#blurred.get(value);
    return blurred === undefined ? [] : [this.#sum(blurred, value, span)];
  }

  #sum(result: Value, value: Value, span: Span | undefined): Instruction {
    return { op: "alu", alu: "add", result, left: value, right: this.#zero, span };
  }
}
