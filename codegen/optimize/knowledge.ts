/**
 * Of which numbers the verifier knows more on some paths than on others.
 *
 * A guess that errs towards "more": an addition too many costs nothing that anyone would notice. Only what accesses rest
 * on must stay known.
 */
import type { AluOp, Block, Instruction, IrFunction, Value } from "../ir/ir.js";
import { operandsOf, resultOf } from "../ir/operands.js";
import { AccessBounds, type Arguments, argumentsOf, isArithmetic } from "./access-bounds.js";
import { definitionsFor, graphFor, loopsFor } from "./analyses.js";
import { countUses } from "./blocks.js";
import { CountedLoops } from "./counted-loops.js";
import type { KnownDefinitions } from "./definitions.js";

export class Knowledge {
  /** Numbers that differ between paths from where they are made: where paths meet, or where a comparison gives 0 or 1. */
  readonly merged: ReadonlySet<Value>;
  /** Numbers that differ between paths for other reasons. */
  readonly #differing: ReadonlySet<Value>;
  readonly access: AccessBounds;
  readonly #fn: IrFunction;
  readonly #definitions: KnownDefinitions;
  readonly #counted: CountedLoops;
  /** How many branches test a number, or one that is computed from it; 2 stands for more, too. */
  readonly #tests: ReadonlyMap<Value, number>;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    this.#definitions = definitionsFor(fn);
    this.#counted = new CountedLoops(fn);
    this.#tests = testsOfEach(fn, this.#definitions);
    const args = argumentsOf(fn);
    this.access = new AccessBounds(fn, this.#definitions, args);
    const { merged, differing } = this.#follow(args);
    this.merged = merged;
    this.#differing = differing;
  }

  /** A branch on numbers of which more is known on some paths than on others. */
  isUncertainTest({ id, terminator }: Block): boolean {
    if (terminator.op !== "branch" || this.#counted.isTest(id)) return false;
    const { left, right } = terminator;
    const tested = [left, right].filter((value) => this.#definitions.constantOf(value) === undefined);
    return (
      tested.includes(left) &&
      [left, right].every((value) => this.#isInt(value)) &&
      tested.some((value) => this.#differing.has(value) || (this.#tests.get(value) ?? 0) > 1) &&
      !tested.some((value) => this.access.bounds.has(value))
    );
  }

  #follow(args: Arguments): { readonly merged: ReadonlySet<Value>; readonly differing: ReadonlySet<Value> } {
    const merged = new Set(this.#comparedValues());
    const differing = new Set<Value>();
    const limited = limitedValues(this.#fn, merged);
    const tells = (value: Value): boolean => differing.has(value) || limited.has(value) || this.#tests.has(value);
    const canBeBlurred = this.#meetingParams();
    for (let size = -1; size !== merged.size + differing.size;) {
      size = merged.size + differing.size;
      for (const { params, instructions } of this.#fn.blocks) {
        for (const param of params) {
          if (!this.#isInt(param) || !(args.get(param) ?? []).some(({ value }) => tells(value))) continue;
          if (canBeBlurred.has(param)) merged.add(param);
          else differing.add(param);
        }
        for (const instruction of instructions) {
          const result = resultOf(instruction);
          if (result !== undefined && this.#differs(instruction, differing)) differing.add(result);
        }
      }
    }
    return { merged, differing };
  }

  #differs(instruction: Instruction, differing: ReadonlySet<Value>): boolean {
    if (instruction.op === "load")
      return this.#fn.types[instruction.pointer] === "frame" && this.#isInt(instruction.result);
    return isArithmetic(instruction) && operandsOf(instruction).some((operand) => differing.has(operand));
  }

  /** Numbers of blocks where paths meet. What changes in a loop is the business of who makes loops. */
  #meetingParams(): ReadonlySet<Value> {
    const graph = graphFor(this.#fn);
    const loops = loopsFor(this.#fn);
    const doPathsMeet = ({ id }: Block): boolean =>
      graph.predecessors(id).length > 1 && loops.loopOf(id)?.header !== id;
    const bounding = this.#boundingTests();
    const params = this.#fn.blocks.filter(doPathsMeet).flatMap((block) => block.params);
    return new Set(
      params.filter((param) => this.#isInt(param) && !(this.access.bounds.has(param) && bounding.has(param))),
    );
  }

  /** Numbers that a branch compares which is no check: an access may rest on what it tells. */
  #boundingTests(): ReadonlySet<Value> {
    const found = new Set<Value>();
    for (const { id, terminator } of this.#fn.blocks) {
      if (terminator.op !== "branch" || this.access.checks.has(id)) continue;
      if (terminator.condition !== "eq" && terminator.condition !== "ne")
        found.add(terminator.left).add(terminator.right);
    }
    return found;
  }

  /** Comparisons that are asked for as values. */
  *#comparedValues(): Generator<Value> {
    const uses = countUses(this.#fn);
    for (const { instructions, terminator } of this.#fn.blocks) {
      for (const instruction of instructions) {
        if (instruction.op !== "compare" || this.access.bounds.has(instruction.result)) continue;
        const isTested = terminator.op === "branch" && terminator.left === instruction.result;
        if (!isTested || uses[instruction.result] !== 1) yield instruction.result;
      }
    }
  }

  #isInt(value: Value): boolean {
    return this.#fn.types[value] === "int";
  }
}

/** Numbers that the verifier knows, or knows bounds of. */
function limitedValues(fn: IrFunction, blurred: ReadonlySet<Value>): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const { instructions } of graphFor(fn).order) {
    for (const instruction of instructions) {
      const result = resultOf(instruction);
      if (result !== undefined && !blurred.has(result) && isLimited(instruction, found)) found.add(result);
    }
  }
  return found;
}

function isLimited(instruction: Instruction, limited: ReadonlySet<Value>): boolean {
  switch (instruction.op) {
    case "const":
    case "varying":
    case "compare":
    case "extend":
    case "byte-swap":
      return true;
    case "load":
      return instruction.bytes < 8;
    case "alu":
      return LIMITING.has(instruction.alu) || operandsOf(instruction).every((operand) => limited.has(operand));
    default:
      return false;
  }
}

const LIMITING: ReadonlySet<AluOp> = new Set(["and", "shr", "sar", "div", "mod"]);

function testsOfEach(fn: IrFunction, definitions: KnownDefinitions): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  for (const { terminator } of fn.blocks) {
    if (terminator.op !== "branch") continue;
    const sources = new Set([terminator.left, terminator.right]);
    for (const value of sources) {
      const count = counts.get(value) ?? 0;
      // So have then those that it is computed from.
      if (count > 1) continue;
      counts.set(value, count + 1);
      const definition = definitions.of(value);
      if (definition !== undefined && isArithmetic(definition))
        for (const operand of operandsOf(definition)) sources.add(operand);
    }
  }
  return counts;
}
