/** Random expressions that are integers, or enums. */
import { sizeOf } from "../layout.js";
import type { ArithmeticOp, Expr, Target } from "../program.js";
import {
  arithmeticType,
  asInt,
  commonType,
  fits,
  INT64,
  INT_TYPES,
  type IntType,
  isSame,
  int,
  type ValueType,
} from "../types.js";
import { access } from "./accesses.js";
import { condition } from "./conditions.js";
import { type Context, inside, type Scope } from "./context.js";
import { few } from "./few.js";
import { INTERESTING, literal, randomLiteral } from "./literals.js";
import { macroCall } from "./macros.js";
import { body, steppable } from "./statements.js";

const OPS: readonly ArithmeticOp[] = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];

/** An integer or an enum, of any type; never a literal. */
export function number(cx: Context, scope: Scope, depth: number): Expr {
  const deep = depth > 0 ? 1 : 0;
  const changing = scope.isPure ? 0 : 1;
  return cx.choose<Expr>([
    [6, () => access(cx, scope, ({ kind }) => kind === "int" || kind === "enum")],
    [2, () => constant(cx, cx.pick(INT_TYPES))],
    [3 * changing, () => step(cx, scope)],
    [1, () => ofMemory(cx, scope)],
    [8 * deep, () => binary(cx, scope, depth)],
    [2 * deep, () => unary(cx, scope, depth)],
    [2 * deep, () => cast(number(cx, scope, depth - 1), cx.pick(INT_TYPES))],
    [1 * deep, () => cast(condition(cx, scope, depth - 1), cx.pick(INT_TYPES))],
    [1 * deep, () => cast(randomLiteral(cx), cx.pick(INT_TYPES))],
    [2 * deep, () => choose(cx, scope, depth, () => number(cx, scope, depth - 1))],
    [1 * deep, () => elvis(cx, scope, depth)],
    [1 * deep, () => byteOf(cx, scope, depth)],
    [1 * deep, () => ofArray(cx, scope)],
    [1, () => aggregate(cx, scope, depth)],
    [1, () => length(cx, scope)],
    [2 * deep * changing, () => block(cx, scope, (s) => number(cx, s, depth - 1))],
    [2 * deep * changing, () => macroCall(cx, scope, ({ kind }) => kind === "int")],
    [1 * deep, () => cast(positional(cx), cx.pick(INT_TYPES))],
  ]);
}

/** Of exactly that type. */
export function integer(cx: Context, scope: Scope, type: IntType, depth: number): Expr {
  const found = cx.once(3) ? access(cx, scope, (candidate) => isSame(candidate, type)) : undefined;
  return found ?? cast(number(cx, scope, depth), type);
}

/** What may be kept where an integer of inferred type is: with a cast, or without when it fits. */
export function fitting(cx: Context, scope: Scope, type: IntType, depth: number): Expr {
  const value = number(cx, scope, depth);
  return cx.once(2) && fits(value.result, type) ? value : cast(value, type);
}

export const cast = (operand: Expr, result: ValueType): Expr => ({ kind: "cast", operand, result });

export function constant(cx: Context, type: IntType): Expr {
  const raw = cx.once(2) ? cx.pick(INTERESTING) : BigInt(cx.below(300));
  const value = type.isSigned ? BigInt.asIntN(type.bytes * 8, raw) : BigInt.asUintN(type.bytes * 8, raw);
  return { kind: "constant", value, result: type };
}

function binary(cx: Context, scope: Scope, depth: number): Expr {
  const op = cx.pick(OPS);
  const isShift = op === "<<" || op === ">>";
  const operand = (): Expr => (cx.once(8) ? condition(cx, scope, depth - 1) : number(cx, scope, depth - 1));
  // Two bools would stay a bool.
  const left = number(cx, scope, depth - 1);
  if (isShift) return operation(op, left, shiftCount(cx, scope, depth));
  if (cx.once(3)) {
    // Two literals would be folded.
    const other = randomLiteral(cx);
    return cx.once(2) ? operation(op, left, other) : operation(op, other, left);
  }
  return operation(op, left, operand());
}

export function operation(op: ArithmeticOp, left: Expr, right: Expr): Expr {
  return { kind: "binary", op, left, right, result: arithmeticType(op, asInt(left.result), asInt(right.result)) };
}

/** More than 63 is not defined. */
export function shiftCount(cx: Context, scope: Scope, depth: number): Expr {
  if (depth === 0 || cx.once(2)) return literal(BigInt(cx.below(64)));
  return operation("&", number(cx, scope, depth - 1), literal(63n));
}

function unary(cx: Context, scope: Scope, depth: number): Expr {
  const operand = integer(cx, scope, cx.pick(INT_TYPES), depth - 1);
  const { bytes, isSigned } = asInt(operand.result);
  return { kind: "unary", op: cx.pick(["-", "~"]), operand, result: int(bytes, isSigned) };
}

export function choose(cx: Context, scope: Scope, depth: number, arm: () => Expr): Expr {
  const then = arm();
  const otherwise = arm();
  return {
    kind: "choose",
    form: cx.once(3) ? "if" : "?:",
    condition: condition(cx, scope, depth - 1),
    then,
    otherwise,
    result: branchType(then.result, otherwise.result),
  };
}

const branchType = (then: ValueType, otherwise: ValueType): ValueType =>
  then.kind === "enum" || otherwise.kind === "enum"
    ? commonType(asInt(then), asInt(otherwise))
    : commonType(then, otherwise);

/** The operand may be evaluated twice, so that it has no effects (6.2); arguments of macros may have some. */
function elvis(cx: Context, scope: Scope, depth: number): Expr {
  const operand = number(cx, { ...scope, isPure: true, parameters: [] }, depth - 1);
  const otherwise = number(cx, scope, depth - 1);
  return {
    kind: "elvis",
    operand,
    otherwise,
    result: commonType(asInt(operand.result), asInt(otherwise.result)),
  };
}

/** `((uint8[8])x)[i]` and its like. */
function byteOf(cx: Context, scope: Scope, depth: number): Expr {
  const whole = cx.pick(INT_TYPES.filter(({ bytes }) => bytes > 1));
  const element = cx.pick(INT_TYPES.filter(({ bytes }) => bytes < whole.bytes));
  const length = whole.bytes / element.bytes;
  const array: ValueType = { kind: "array", element, length };
  const index = literal(BigInt(cx.below(length)));
  return { kind: "index", of: cast(integer(cx, scope, whole, depth - 1), array), index, result: element };
}

/** An array that is as large as an integer, as that integer. */
function ofArray(cx: Context, scope: Scope): Expr | undefined {
  const array = access(cx, scope, (type) => type.kind === "array" && type.element.kind === "int" && sizeOf(type) <= 8);
  if (array === undefined) return undefined;
  const size = sizeOf(array.result);
  const same = INT_TYPES.filter(({ bytes }) => bytes === size);
  return same.length === 0 ? undefined : cast(array, cx.pick(same));
}

/** A variable through its address, as something else perhaps. */
function ofMemory(cx: Context, scope: Scope): Expr | undefined {
  const candidates = scope.variables.filter(
    ({ type, isReadOnly }) => !isReadOnly && ["int", "array", "string", "tuple"].includes(type.kind),
  );
  if (candidates.length === 0) return undefined;
  const { name, type } = cx.pick(candidates);
  const address: Expr = { kind: "address", variable: name, result: { kind: "pointer", to: type } };
  if (type.kind === "int" && cx.once(3)) return { kind: "dereference", operand: address, result: type };
  const as = cx.pick(INT_TYPES.filter(({ bytes }) => bytes <= sizeOf(type)));
  const pointer = cast(address, { kind: "pointer", to: as });
  const index = literal(BigInt(cx.below(Math.floor(sizeOf(type) / as.bytes))));
  if (cx.once(2)) return { kind: "index", of: pointer, index, result: as };
  const operand: Expr = { kind: "offset", pointer, by: index, result: pointer.result };
  return { kind: "dereference", operand, result: as };
}

function step(cx: Context, scope: Scope): Expr | undefined {
  const op = cx.pick(["++", "--"] as const);
  const target = steppable(cx, scope, op);
  return target && makeStep(target, op, cx.once(2));
}

export const makeStep = (target: Target, op: "++" | "--", isPrefix: boolean): Expr => ({
  kind: "step",
  target,
  op,
  isPrefix,
  result: target.result,
});

/** Where the language reads an aggregation as a number (12.3). */
function aggregate(cx: Context, scope: Scope, depth: number): Expr | undefined {
  const castable = scope.aggregations.filter(({ aggregation }) =>
    ["count", "sum", "min", "max", "avg"].includes(aggregation?.by ?? ""),
  );
  if (castable.length === 0) return undefined;
  const { name: map, key, value: result } = cx.pick(castable);
  const read: Expr = { kind: "aggregate", map, key: key && few(cx, scope, key, 0), result };
  if (depth === 0 || cx.once(2)) return cast(read, cx.pick(INT_TYPES));
  return operation(cx.pick(OPS.slice(0, 8)), read, number(cx, scope, depth - 1));
}

function length(cx: Context, scope: Scope): Expr | undefined {
  const keyed = scope.maps.filter(({ key }) => key !== undefined);
  return keyed.length === 0 ? undefined : { kind: "len", map: cx.pick(keyed).name, result: INT64 };
}

/** A block with a value. */
export function block(cx: Context, scope: Scope, value: (scope: Scope) => Expr): Expr | undefined {
  if (!cx.spend()) return undefined;
  const own = inside(scope, { canBreak: false, canReturn: false });
  const statements = body(cx, own, 2);
  const last = value(own);
  return { kind: "block", statements, value: last, result: last.result };
}

function positional(cx: Context): Expr {
  const i = cx.below(2);
  const value = BigInt(cx.positional[i] ?? 0);
  return { kind: "positional", number: i + 1, value, result: literal(value).result };
}
