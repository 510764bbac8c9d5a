/** Statements and blocks. */
import { type Assign, type Block, type Expr, type Statement, operationSpan } from "../../grammar/index.js";
import { calledAggregation } from "../language/aggregation-calls.js";
import { aggregationNamed } from "../language/language.js";
import { InternalError } from "../internal-error.js";
import { MAX_IR_INSTRUCTIONS, ProgramLimitError } from "../program-limits.js";
import { sizeOf } from "../types/layout.js";
import { INT64, isScalar } from "../types/type.js";
import { lowerArithmetic } from "./arithmetic.js";
import { convertScalar } from "./convert.js";
import type { Operand } from "../language/lowering.js";
import { aggregate, assignEntry, compoundEntry, type MapTarget, stepEntry } from "./maps.js";
import { leaveLoop, lowerMapLoop, lowerRange, lowerUnroll, lowerWhile } from "./loops.js";
import { mentions } from "./mentions.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { spanOfProbe } from "./probe-span.js";

/** The block's value, if it ends in one. What cannot be reached is left out. */
export function lowerBlock(cx: ProbeLowering, block: Block): Operand | undefined {
  for (const statement of block.statements) {
    if (cx.b.isTerminated) return undefined;
    lowerStatement(cx, statement);
  }
  return block.value === undefined || cx.b.isTerminated ? undefined : cx.operand(block.value);
}

/** Temporaries are given back at its end. */
function lowerStatement(cx: ProbeLowering, statement: Statement): void {
  if (cx.b.instructionCount > MAX_IR_INSTRUCTIONS) throw new ProgramLimitError("instructions", spanOfProbe(cx.probe));
  const mark = cx.memory.mark();
  const outer = cx.b.span;
  cx.b.span = statement.span;
  const row = ROWS[statement.kind] as (cx: ProbeLowering, statement: Statement) => void;
  row(cx, statement);
  cx.b.span = outer;
  cx.memory.release(mark);
}

const ROWS: { readonly [K in Statement["kind"]]: (cx: ProbeLowering, node: Extract<Statement, { kind: K }>) => void } =
  {
    "expr-statement": (cx, node) => evaluate(cx, node.expr),
    discard: (cx, node) => evaluate(cx, node.value),
    assign: lowerAssign,
    let: (cx, node) => {
      if (node.value === undefined) cx.clearVariable(node.variable);
      else assignVariable(cx, node.variable, node.value);
    },
    return: (cx, node) => {
      if (node.value === undefined) cx.returnFromProbe();
      else cx.returnValue(cx.value(node.value));
    },
    break: (cx) => leaveLoop(cx, "break"),
    continue: (cx) => leaveLoop(cx, "continue"),
    for: (cx, node) =>
      node.over.kind === "range" ? lowerRange(cx, node, node.over) : lowerMapLoop(cx, node, node.over),
    while: lowerWhile,
    unroll: lowerUnroll,
    // Of what it may name scripts see nothing.
    "import-statement": () => undefined,
  };

/** For its effects only: the old value of `@m++` is not asked for. */
function evaluate(cx: ProbeLowering, expr: Expr): void {
  if (expr.kind === "step" && expr.target.kind !== "variable") stepEntry(cx, expr, expr.target, { wantsOld: false });
  else cx.operand(expr);
}

function lowerAssign(cx: ProbeLowering, node: Assign): void {
  const { target, op } = node;
  if (target.kind === "variable") {
    if (op === undefined) assignVariable(cx, target, node.value);
    else compoundVariable(cx, node);
    return;
  }
  if (op !== undefined) return compoundEntry(cx, node, target, op);
  if (!lowerAggregation(cx, target, node.value)) assignEntry(cx, target, node.value, node.span);
}

/** Blocks that end in the call are transparent; their statements run first. @returns whether it was such a call */
function lowerAggregation(cx: ProbeLowering, target: MapTarget, value: Expr): boolean {
  if (value.kind === "block" && value.value !== undefined && calledAggregation(cx.language, value) !== undefined) {
    for (const statement of value.statements) lowerStatement(cx, statement);
    return cx.b.isTerminated || lowerAggregation(cx, target, value.value);
  }
  const definition = value.kind === "call" ? aggregationNamed(cx.language, value.name) : undefined;
  if (value.kind !== "call" || definition === undefined) return false;
  aggregate(cx, target, definition, value);
  return true;
}

/** What reads the variable while it is being written gets a copy. */
function assignVariable(cx: ProbeLowering, target: Extract<Expr, { kind: "variable" }>, value: Expr): void {
  const type = cx.typed.variableOf(target).type;
  if (isScalar(type) || !(mentions(value, target.name) || cx.isAddressed(target)))
    return cx.writeVariable(target, value);
  const copy = cx.inMemory(value, type);
  const { place } = cx.variable(target);
  cx.b.copy(place.base, place.offset, copy.base, copy.offset, sizeOf(type), copy.align);
}

function compoundVariable(cx: ProbeLowering, node: Assign): void {
  const { target, op } = node;
  if (target.kind !== "variable" || op === undefined)
    throw new InternalError("lower", "no compound assignment", node.span);
  const { type } = cx.typed.variableOf(target);
  const left = { value: cx.value(target), type };
  const right = { value: cx.value(node.value), type: cx.typeOf(node.value) };
  const result = lowerArithmetic(cx, op, left, right, operationSpan(node));
  cx.setScalar(target, convertScalar(cx.b, result, INT64, type));
}
