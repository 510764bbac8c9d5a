/**
 * Keeps the verifier from following every path of a function with very many.
 *
 * Where paths meet, the verifier goes on with one of them if they agree in all that matters. A number matters from the
 * moment at which it decides a branch: `$x = 0; if (a) { $x = 1 }` and a test of `$x` later make two ways through
 * everything in between, and twenty such variables a million. So a zero that the verifier does not know to be one is
 * added to numbers of which it knows more on one path than on the other:
 *
 * - where the paths meet that made the difference, as far as that is a place of its own (a parameter of the block, a
 *   comparison as a value). Some kernels tell a 0 on the stack from other numbers even if nobody asks for it
 *   ("unread-zeros" in `../kernel/verifier-facts.ts`);
 * - elsewhere only in front of the branch that tests the number: the outcome is never known, so the number never matters;
 * - before a check on which accesses rest, which then use the sum: it is known to be small, and nothing else.
 *
 * Nothing changes in functions whose paths, followed one by one, are no work.
 */
import { InternalError } from "../internal-error.js";
import { walkDominators } from "../ir/graph.js";
import type { Block, BlockId, Instruction, IrFunction, MapIndex, Terminator, Value } from "../ir/ir.js";
import { mapConditionOperands, mapOperands, mapTargets, resultOf } from "../ir/operands.js";
import type { Span } from "../../grammar/index.js";
import { dominatorsFor, graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { Knowledge } from "./knowledge.js";
import { hasManyPaths } from "./many-paths.js";
import { OpaqueZero } from "./opaque-zero.js";
import type { Pass, PassContext } from "./pass.js";
import { ScopedMap } from "./scoped-map.js";
import { Values } from "./substitution.js";

export const blurValues: Pass = { name: "blur-values", run };

function run(fn: IrFunction, { opaqueZero }: PassContext): IrFunction {
  if (opaqueZero === undefined || !hasManyPaths(fn)) return fn;
  return new Blur(fn).run(opaqueZero);
}

/** One function while it is rewritten. */
class Blur {
  readonly #fn: IrFunction;
  readonly #knowledge: Knowledge;
  readonly #values: Values;
  readonly #zero: OpaqueZero;
  /** By number: itself with the zero added, which stands for it wherever nothing has to be known. */
  readonly #blurred = new Map<Value, Value>();
  /** By number: what stands for it in blocks behind a check. */
  readonly #checked = new ScopedMap<Value, Value>();
  #hasTests = false;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#knowledge = new Knowledge(fn);
    this.#values = new Values(fn);
    this.#zero = new OpaqueZero(this.#values);
    for (const value of this.#knowledge.merged) this.#blurred.set(value, this.#values.add("int"));
  }

  run(opaqueZero: () => MapIndex): IrFunction {
    const blocks = this.#rewritten();
    if (this.#blurred.size === 0 && !this.#hasTests) return this.#fn;
    const [entry, ...rest] = this.#fn.blocks.map((block) => blocks.get(block.id) ?? block);
    if (entry === undefined) throw new InternalError("optimize", `${this.#fn.name} has no blocks`);
    const first = { ...entry, instructions: [...this.#zero.instructions(opaqueZero()), ...entry.instructions] };
    return withBlocks(this.#fn, [first, ...rest], this.#values.types);
  }

  #rewritten(): ReadonlyMap<BlockId, Block> {
    const graph = graphFor(this.#fn);
    const blocks = new Map<BlockId, Block>();
    /** By the block behind it: the number that was checked, and what stands for it. */
    const passed = new Map<BlockId, readonly [Value, Value]>();
    walkDominators(graph, dominatorsFor(this.#fn).children, {
      enter: (id) => {
        this.#checked.open();
        const names = passed.get(id);
        if (names !== undefined) this.#checked.set(...names);
        blocks.set(id, this.#block(graph.block(id), passed));
      },
      leave: () => this.#checked.close(),
    });
    return blocks;
  }

  #block(block: Block, passed: Map<BlockId, readonly [Value, Value]>): Block {
    const instructions = block.params.flatMap((param) => this.#blurOf(param, undefined));
    for (const instruction of block.instructions) {
      const use = this.#knowledge.access.restsOnOperands(instruction) ? this.#known : this.#unknown;
      instructions.push(mapOperands(instruction, use));
      const result = resultOf(instruction);
      if (result !== undefined) instructions.push(...this.#blurOf(result, instruction.span));
    }
    const terminator = this.#terminator(block.terminator);
    const checkedIn = this.#knowledge.access.checks.get(block.id);
    const isTest = checkedIn !== undefined || this.#knowledge.isUncertainTest(block);
    if (terminator.op !== "branch" || block.terminator.op !== "branch" || !isTest)
      return { ...block, instructions, terminator };
    this.#hasTests = true;
    const left = this.#values.add("int");
    instructions.push(this.#sum(left, terminator.left, terminator.span));
    if (checkedIn !== undefined) passed.set(checkedIn, [block.terminator.left, left]);
    return { ...block, instructions, terminator: { ...terminator, left } };
  }

  /** Arguments of a number that must stay known stay so, too. */
  #terminator(terminator: Terminator): Terminator {
    const { bounds } = this.#knowledge.access;
    const graph = graphFor(this.#fn);
    const withArgs = mapTargets(terminator, ({ block, args }) => {
      const { params } = graph.block(block);
      return {
        block,
        args: args.map((arg, i) => (bounds.has(params[i] ?? arg) ? this.#known(arg) : this.#unknown(arg))),
      };
    });
    // Some kinds of programs must return what the verifier can see to be right.
    return mapConditionOperands(withArgs, terminator.op === "exit" ? this.#known : this.#unknown);
  }

  readonly #known = (value: Value): Value => this.#checked.get(value) ?? value;

  readonly #unknown = (value: Value): Value => this.#checked.get(value) ?? this.#blurred.get(value) ?? value;

  #blurOf(value: Value, span: Span | undefined): readonly Instruction[] {
    const blurred = this.#blurred.get(value);
    return blurred === undefined ? [] : [this.#sum(blurred, value, span)];
  }

  #sum(result: Value, value: Value, span: Span | undefined): Instruction {
    return { op: "alu", alu: "add", result, left: value, right: this.#zero.value, span };
  }
}
