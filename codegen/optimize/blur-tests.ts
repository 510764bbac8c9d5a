/**
 * Keeps the verifier from following every path of a function with very many.
 *
 * Where paths meet, the verifier goes on with one of them if they agree in all that matters. A number matters from the
 * moment at which it decides a branch: `$x = 0; if (a) { $x = 1 }` and a test of `$x` later make two ways through
 * everything in between, and twenty such variables a million. So a number that is not the same on all paths, or that has
 * been tested before, is tested with a zero added that the verifier does not know to be one: then it never can tell the
 * outcome, and the number never matters.
 *
 * Nothing changes in functions whose paths, followed one by one, are no work.
 */
import { InternalError } from "../internal-error.js";
import type { AluOp, Block, BlockId, Instruction, IrFunction, Terminator, Value } from "../ir/ir.js";
import { operandsOf, resultOf, targetsOf } from "../ir/operands.js";
import { graphFor } from "./analyses.js";
import { withBlocks } from "./blocks.js";
import { Definitions } from "./definitions.js";
import type { Pass, PassContext } from "./pass.js";
import { Values } from "./substitution.js";

export const blurTests: Pass = { name: "blur-tests", run };

/** Instructions on all paths together. The verifier's limit is a million; this many take it some milliseconds. */
const EASY_WORK = 20_000;

type Branch = Extract<Terminator, { op: "branch" }>;

function run(fn: IrFunction, { opaqueZero }: PassContext): IrFunction {
  if (opaqueZero === undefined || workOnAllPaths(fn) <= EASY_WORK) return fn;
  const isBlurred = blurredTests(fn);
  if (!fn.blocks.some(isBlurred)) return fn;
  const values = new Values(fn);
  const [address, zero] = [values.add("map-value"), values.add("int")];
  const blocks = fn.blocks.map((block): Block => (isBlurred(block) ? withBlurredTest(block, zero, values) : block));
  const [entry, ...rest] = blocks;
  if (entry === undefined) throw new InternalError("optimize", `${fn.name} has no blocks`);
  const prologue: readonly Instruction[] = [
    { op: "map-value", result: address, map: opaqueZero(), offset: 0, span: undefined },
    {
      op: "load",
      result: zero,
      pointer: address,
      offset: 0,
      bytes: 8,
      isSigned: false,
      isVolatile: true,
      span: undefined,
    },
  ];
  return withBlocks(fn, [{ ...entry, instructions: [...prologue, ...entry.instructions] }, ...rest], values.types);
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

function withBlurredTest(block: Block, zero: Value, values: Values): Block {
  const { terminator } = block;
  if (terminator.op !== "branch") return block;
  const left = values.add("int");
  const sum: Instruction = {
    op: "alu",
    alu: "add",
    result: left,
    left: terminator.left,
    right: zero,
    span: terminator.span,
  };
  return { ...block, instructions: [...block.instructions, sum], terminator: { ...terminator, left } };
}

/** Which blocks end in a test that the verifier must not be able to decide. */
function blurredTests(fn: IrFunction): (block: Block) => boolean {
  const definitions = Definitions.of(fn);
  const differing = differingValues(fn);
  const bounds = boundsOfAccesses(fn, definitions);
  const tests = testsOfEach(fn, definitions);
  const matters = (value: Value): boolean => differing.has(value) || (tests.get(value) ?? 0) > 1;
  const isBlurred = ({ left, right }: Branch): boolean => {
    const tested = [left, right].filter((value) => definitions.constantOf(value) === undefined);
    return (
      tested.includes(left) &&
      [left, right].every((value) => fn.types[value] === "int") &&
      tested.some(matters) &&
      // What an access relies on has to be known.
      !tested.some((value) => bounds.has(value))
    );
  };
  return ({ terminator }) => terminator.op === "branch" && isBlurred(terminator);
}

// ---------------------------------------------------------------- facts about values

/** Numbers of which more is known on some paths than on others. */
function differingValues(fn: IrFunction): ReadonlySet<Value> {
  const found = new Set<Value>();
  const args = argumentsOf(fn);
  const limited = limitedValues(fn);
  const isDiffering = (instruction: Instruction): boolean => {
    if (instruction.op === "load") return fn.types[instruction.pointer] === "frame";
    // As a value it is a 0 or a 1 that a branch has made.
    if (instruction.op === "compare") return true;
    return isPure(instruction) && operandsOf(instruction).some((operand) => found.has(operand));
  };
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { params, instructions } of fn.blocks) {
      for (const param of params)
        if ((args.get(param) ?? []).some((arg) => found.has(arg) || limited.has(arg))) found.add(param);
      for (const instruction of instructions) {
        const result = resultOf(instruction);
        if (result !== undefined && isDiffering(instruction)) found.add(result);
      }
    }
  }
  return found;
}

/** Numbers that the verifier knows, or knows bounds of. */
function limitedValues(fn: IrFunction): ReadonlySet<Value> {
  const found = new Set<Value>();
  for (const { instructions } of graphFor(fn).order) {
    for (const instruction of instructions) {
      const result = resultOf(instruction);
      if (result !== undefined && isLimited(instruction, found)) found.add(result);
    }
  }
  return found;
}

function isLimited(instruction: Instruction, limited: ReadonlySet<Value>): boolean {
  switch (instruction.op) {
    case "const":
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

const isPure = ({ op }: Instruction): boolean => op === "alu" || op === "extend" || op === "byte-swap";

/** Numbers that become parts of addresses, or arguments of calls. */
function boundsOfAccesses(fn: IrFunction, definitions: Definitions): ReadonlySet<Value> {
  const found = new Set<Value>();
  const args = argumentsOf(fn);
  const work: Value[] = [];
  for (const { instructions } of fn.blocks) {
    for (const instruction of instructions) {
      const isAddress = instruction.op === "alu" && fn.types[instruction.result] !== "int";
      if (isAddress || "args" in instruction) work.push(...operandsOf(instruction));
    }
  }
  for (let value = work.pop(); value !== undefined; value = work.pop()) {
    if (fn.types[value] !== "int" || found.has(value)) continue;
    found.add(value);
    const definition = definitions.of(value);
    if (definition === undefined) work.push(...(args.get(value) ?? []));
    else if (isPure(definition)) work.push(...operandsOf(definition));
  }
  return found;
}

/** How many branches test a number, or one that is computed from it. */
function testsOfEach(fn: IrFunction, definitions: Definitions): ReadonlyMap<Value, number> {
  const counts = new Map<Value, number>();
  for (const { terminator } of fn.blocks) {
    if (terminator.op !== "branch") continue;
    for (const value of sourcesOf([terminator.left, terminator.right], definitions))
      counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function sourcesOf(values: readonly Value[], definitions: Definitions): ReadonlySet<Value> {
  const found = new Set(values);
  for (const value of found) {
    const definition = definitions.of(value);
    if (definition !== undefined && isPure(definition))
      for (const operand of operandsOf(definition)) found.add(operand);
  }
  return found;
}

/** By parameter: what its block is entered with. */
function argumentsOf(fn: IrFunction): ReadonlyMap<Value, readonly Value[]> {
  const params = new Map(fn.blocks.map((block) => [block.id, block.params]));
  const found = new Map<Value, Value[]>();
  for (const { terminator } of fn.blocks) {
    for (const { block, args } of targetsOf(terminator)) {
      (params.get(block) ?? []).forEach((param, i) => {
        const arg = args[i];
        if (arg === undefined) return;
        const known = found.get(param);
        if (known === undefined) found.set(param, [arg]);
        else known.push(arg);
      });
    }
  }
  return found;
}
