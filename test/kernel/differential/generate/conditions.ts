/** Random expressions that are bools, or may stand where a condition is wanted. */
import type { ArithmeticOp, CompareOp, Expr } from "../program.js";
import { BOOL, fits, type ValueType } from "../types.js";
import { access } from "./accesses.js";
import { valueFor } from "./composites.js";
import { type Context, type Scope } from "./context.js";
import { few } from "./few.js";
import { randomLiteral } from "./literals.js";
import { macroCall } from "./macros.js";
import { block, cast, choose, number } from "./numbers.js";

const ORDER: readonly CompareOp[] = ["==", "!=", "<", "<=", ">", ">="];
const SAME: readonly CompareOp[] = ["==", "!="];
/** What bools may be calculated with among themselves (7.7). */
const BOOL_OPS: readonly ArithmeticOp[] = ["+", "-", "*", "&", "|", "^"];

/** A bool. */
export function condition(cx: Context, scope: Scope, depth: number): Expr {
  const deep = depth > 0 ? 1 : 0;
  const changing = scope.isPure ? 0 : 1;
  const inner = (): Expr => condition(cx, scope, depth - 1);
  return cx.choose<Expr>([
    [6, () => compareNumbers(cx, scope, depth)],
    [2, () => access(cx, scope, ({ kind }) => kind === "bool")],
    [1, () => hasKey(cx, scope, "has-key")],
    [1 * changing, () => hasKey(cx, scope, "delete")],
    [1 * changing, () => find(cx, scope)],
    [2 * deep, () => sameStrings(cx, scope, depth)],
    [2 * deep, () => sameOthers(cx, scope, depth)],
    [
      3 * deep,
      () => ({
        kind: "logic",
        op: cx.pick(["&&", "||"]),
        left: test(cx, scope, depth - 1),
        right: test(cx, scope, depth - 1),
        result: BOOL,
      }),
    ],
    [2 * deep, () => ({ kind: "not", operand: test(cx, scope, depth - 1), result: BOOL })],
    [1 * deep, () => cast(number(cx, scope, depth - 1), BOOL)],
    [1, () => castOfString(cx, scope)],
    [1 * deep, () => choose(cx, scope, depth, inner)],
    [1 * deep, () => ({ kind: "binary", op: cx.pick(BOOL_OPS), left: inner(), right: inner(), result: BOOL })],
    [1 * deep, () => ({ kind: "compare", op: cx.pick(ORDER), left: inner(), right: inner(), result: BOOL })],
    [1 * deep * changing, () => block(cx, scope, (s) => condition(cx, s, depth - 1))],
    [1 * deep * changing, () => macroCall(cx, scope, ({ kind }) => kind === "bool")],
  ]);
}

/** A bool or an integer (8.7). */
export const test = (cx: Context, scope: Scope, depth: number): Expr =>
  cx.once(3) ? number(cx, scope, depth) : condition(cx, scope, depth);

function compareNumbers(cx: Context, scope: Scope, depth: number): Expr {
  const op = cx.pick(ORDER);
  const inner = Math.max(0, depth - 1);
  const left = number(cx, scope, inner);
  const right = cx.choose<Expr>([
    [4, () => number(cx, scope, inner)],
    [2, () => randomLiteral(cx)],
    [1, () => condition(cx, scope, 0)],
  ]);
  const isTurned = right.kind === "literal" && cx.once(3);
  return { kind: "compare", op, left: isTurned ? right : left, right: isTurned ? left : right, result: BOOL };
}

function sameStrings(cx: Context, scope: Scope, depth: number): Expr | undefined {
  const left = access(cx, scope, ({ kind }) => kind === "string");
  if (left === undefined) return undefined;
  const right = valueFor(cx, scope, { kind: "string", bytes: 64 }, depth - 1);
  return { kind: "compare", op: cx.pick(SAME), left, right, result: BOOL };
}

/** Tuples, records, arrays; with some of their kind, or made for the purpose. */
function sameOthers(cx: Context, scope: Scope, depth: number): Expr | undefined {
  const left = access(cx, scope, (type) => ["tuple", "record", "array"].includes(type.kind) && isComparable(type));
  if (left === undefined) return undefined;
  const same = cx.once(2) ? access(cx, scope, (type) => fits(type, left.result)) : undefined;
  const right = same ?? valueFor(cx, scope, left.result, depth - 1);
  return { kind: "compare", op: cx.pick(SAME), left, right, result: BOOL };
}

function isComparable(type: ValueType): boolean {
  switch (type.kind) {
    case "struct":
    case "pointer":
      return false;
    case "tuple":
      return type.elements.every(isComparable);
    case "record":
      return type.members.every((member) => isComparable(member.type));
    case "array":
      return type.element.kind === "int";
    default:
      return true;
  }
}

function castOfString(cx: Context, scope: Scope): Expr | undefined {
  const string = access(cx, scope, ({ kind }) => kind === "string");
  return string && cast(string, BOOL);
}

function hasKey(cx: Context, scope: Scope, kind: "has-key" | "delete"): Expr | undefined {
  const keyed = [...scope.maps, ...scope.aggregations].filter(({ key }) => key !== undefined || kind === "delete");
  if (keyed.length === 0) return undefined;
  const { name: map, key } = cx.pick(keyed);
  return { kind, map, key: key && few(cx, scope, key, 0), result: BOOL };
}

/** The variable has the type of the map's values. */
function find(cx: Context, scope: Scope): Expr | undefined {
  const pairs = scope.maps.flatMap((map) =>
    scope.variables
      .filter(({ type, isReadOnly }) => !isReadOnly && fits(map.value, type))
      .map((variable) => ({ map, variable })),
  );
  const keyed = pairs.filter(({ map }) => map.key !== undefined);
  if (keyed.length === 0) return undefined;
  const { map, variable } = cx.pick(keyed);
  if (map.key === undefined) return undefined;
  return {
    kind: "find",
    map: map.name,
    key: few(cx, scope, map.key, 0),
    variable: variable.name,
    result: BOOL,
  };
}
