/** Loops, all of which end. */
import type { ArithmeticOp, Expr, MapShape, Statement } from "../program.js";
import { BOOL, commonType, INT64, INT_TYPES, type IntType, isSame, type ValueType } from "../types.js";
import { aggregate } from "./aggregations.js";
import { valueFor } from "./composites.js";
import { condition } from "./conditions.js";
import { type Context, inside, type Scope, type Variable } from "./context.js";
import { literal } from "./literals.js";
import { cast, integer, number, operation } from "./numbers.js";
import { body } from "./statements.js";

const MAX_LOOPS = 2;

export function loop(cx: Context, scope: Scope): readonly Statement[] | undefined {
  if (scope.loops >= MAX_LOOPS || !cx.spend()) return undefined;
  return cx.choose<readonly Statement[]>([
    [3, () => [range(cx, scope)]],
    [2, () => counted(cx, scope)],
    [3, () => overMap(cx, scope)],
  ]);
}

const loopScope = (scope: Scope, changes: Partial<Scope> = {}): Scope =>
  inside(scope, { loops: scope.loops + 1, canBreak: true, ...changes });

// ---------------------------------------------------------------- ranges

export function range(cx: Context, scope: Scope): Statement {
  const [start, end] = bounds(cx, scope);
  const type = commonType(start.result, end.result) as IntType;
  const own = loopScope(scope);
  const variable = addReadOnly(own, `$i${own.depth}`, type);
  return { kind: "for-range", variable, type, start, end, body: body(cx, own, 3) };
}

/** Literals, one of which may be negative, or numbers that are not known but small. */
function bounds(cx: Context, scope: Scope): readonly [Expr, Expr] {
  const first = BigInt(cx.below(6)) - 2n;
  const count = BigInt(scope.loops === 0 && cx.once(5) ? cx.below(40) : cx.below(5));
  if (cx.once(2)) return [literal(first), literal(first + count)];
  const low = operation("&", number(cx, scope, 1), literal(3n));
  const high = operation("&", number(cx, scope, 1), literal(7n));
  if (cx.once(3)) return [low, high];
  return [integer(cx, scope, cx.pick(INT_TYPES), 0), low].map((e) =>
    cast(e.kind === "binary" ? e : low, cx.pick(INT_TYPES)),
  ) as [Expr, Expr];
}

function addReadOnly(scope: Scope, name: string, type: ValueType): string {
  scope.variables.push({ name, type, isTyped: false, isReadOnly: true });
  return name;
}

// ---------------------------------------------------------------- while

/** A counter ends it, if nothing else does. */
function counted(cx: Context, scope: Scope): readonly Statement[] {
  const name = `$w${scope.depth}_${scope.variables.length}`;
  const counter: Variable = { name, type: INT64, isTyped: true, isReadOnly: true };
  scope.variables.push(counter);
  const target = { kind: "variable", name, result: INT64 } as const;
  const steps: Expr = { kind: "step", target, op: "++", isPrefix: cx.once(2), result: INT64 };
  const limit = literal(BigInt(cx.below(5)));
  const counts: Expr = { kind: "compare", op: cx.once(2) ? "<" : "<=", left: steps, right: limit, result: BOOL };
  const more: Expr = { kind: "logic", op: "&&", left: counts, right: condition(cx, scope, 1), result: BOOL };
  return [
    { kind: "declare", name, type: INT64, form: "typed", value: { kind: "constant", value: 0n, result: INT64 } },
    { kind: "while", condition: cx.once(3) ? more : counts, body: body(cx, loopScope(scope), 3) },
  ];
}

// ---------------------------------------------------------------- maps

/** Operations that may come in any order. */
const COMMUTING: readonly ArithmeticOp[] = ["+", "^", "&", "|", "*"];

/**
 * Over a map in an order that is not known: the body only adds up, in ways that do not depend on it, and reads
 * nothing that it changes.
 */
function overMap(cx: Context, scope: Scope): readonly Statement[] | undefined {
  const keyed = [...scope.maps, ...scope.aggregations].filter(({ key, aggregation }) => key && isIterable(aggregation));
  const sums = scope.variables.filter(({ type, isTyped, isReadOnly }) => type.kind === "int" && isTyped && !isReadOnly);
  if (keyed.length === 0 || sums.length === 0) return undefined;
  const map = cx.pick(keyed);
  const sum = cx.pick(sums);
  const results = scope.aggregations.filter((candidate) => candidate !== map && candidate.aggregation?.by !== "avg");
  const copies = scope.maps.filter(
    ({ name, key }) => name !== map.name && key !== undefined && isSame(key, map.key ?? BOOL),
  );
  const copy = copies.length === 0 ? undefined : cx.pick(copies);
  const own = loopScope(scope, {
    isPure: true,
    parameters: [],
    macros: [],
    aggregations: [],
    canReturn: false,
    canBreak: false,
    variables: scope.variables.filter(({ name, type }) => name !== sum.name && type.kind !== "pointer"),
    maps: scope.maps.filter(({ name }) => name !== copy?.name),
  });
  const variable = `$kv${own.depth}`;
  const start = pairOf(own, variable, map);
  const op = cx.pick(COMMUTING);
  const target = { kind: "variable", name: sum.name, result: sum.type } as const;
  const ends = [
    (): Statement => ({ kind: "compound", target, op, value: number(cx, own, 2) }),
    (): Statement | undefined => (results.length === 0 ? undefined : aggregate(cx, own, cx.pick(results))),
    (): Statement | undefined => copy && copyEntry(cx, own, copy, variable, map),
  ];
  const statements = [...start];
  if (cx.once(3)) statements.push({ kind: "if", condition: condition(cx, own, 1), then: [LEAVE], otherwise: [] });
  if (cx.once(2)) statements.push(...body(cx, own, 1));
  for (const end of ends) if (cx.once(2)) statements.push(...[end()].filter((made) => made !== undefined));
  return [{ kind: "for-map", variable, map: map.name, body: statements }];
}

const LEAVE: Statement = { kind: "leave", how: "continue" };

const isIterable = (aggregation: MapShape["aggregation"]): boolean =>
  aggregation === undefined || !["hist", "lhist", "stats"].includes(aggregation.by);

const memberOf = (variable: string, map: MapShape, name: "0" | "1"): Expr => {
  const elements = [map.key ?? map.value, map.value];
  const of: Expr = { kind: "variable", name: variable, result: { kind: "tuple", elements } };
  return { kind: "member", of, name, form: ".", result: elements[Number(name)] ?? map.value };
};

/** An aggregation is read as a number once; what it is inside of the pair is another type. */
function pairOf(scope: Scope, variable: string, map: MapShape): readonly Statement[] {
  if (map.aggregation === undefined) {
    addReadOnly(scope, variable, { kind: "tuple", elements: [map.key ?? map.value, map.value] });
    return [];
  }
  const name = `$n${scope.depth}`;
  addReadOnly(scope, name, INT64);
  const value = cast(memberOf(variable, map, "1"), INT64);
  return [{ kind: "declare", name, type: INT64, form: "let", value }];
}

/** Each key of the one is a key of the other. */
function copyEntry(cx: Context, scope: Scope, copy: MapShape, variable: string, map: MapShape): Statement {
  const target = { kind: "map", name: copy.name, key: memberOf(variable, map, "0"), result: copy.value } as const;
  return { kind: "assign", target, value: valueFor(cx, scope, copy.value, 1) };
}
