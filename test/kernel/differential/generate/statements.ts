/** Random statements. */
import type { ArithmeticOp, Expr, Statement, Target } from "../program.js";
import { someValue } from "../setup.js";
import { arithmeticType, asInt, fits, INT64, isSame, UINT64, type ValueType } from "../types.js";
import { aggregation } from "./aggregations.js";
import { valueFor } from "./composites.js";
import { condition, test } from "./conditions.js";
import { type Context, inside, type Scope, type Variable } from "./context.js";
import { few } from "./few.js";
import { loop } from "./loops.js";
import { macroCall } from "./macros.js";
import { cast, makeStep, number, shiftCount } from "./numbers.js";
import { randomType, several } from "./shapes.js";

const MAX_NESTING = 4;
const OPS: readonly ArithmeticOp[] = ["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"];

/** What is declared in it is added to the scope. */
export function body(cx: Context, scope: Scope, max: number): readonly Statement[] {
  return several(cx, 1, max, () => statement(cx, scope)).flat();
}

function statement(cx: Context, scope: Scope): readonly Statement[] {
  const changing = scope.isPure ? 0 : 1;
  const nested = scope.depth < MAX_NESTING ? 1 : 0;
  const one = (make: () => Statement | undefined) => (): readonly Statement[] | undefined => {
    const made = make();
    return made && [made];
  };
  return cx.choose<readonly Statement[]>([
    [3, one(() => declaration(cx, scope))],
    [6 * changing, one(() => assignment(cx, scope))],
    [4 * changing, one(() => store(cx, scope))],
    [3 * changing, one(() => compound(cx, scope))],
    [2 * changing, one(() => stepStatement(cx, scope))],
    [2 * changing, one(() => aggregation(cx, scope))],
    [2 * changing, one(() => discarded(cx, scope))],
    [1, one(() => event(cx, scope))],
    [1 * changing, one(() => voidChoice(cx, scope))],
    [4 * nested, one(() => ifStatement(cx, scope))],
    [1 * nested * changing, one(() => blockStatement(cx, scope))],
    [1 * nested * changing, one(() => unroll(cx, scope))],
    [4 * nested * changing, () => loop(cx, scope)],
  ]);
}

/** Of a variable that nothing visible is called like. */
export function declaration(cx: Context, scope: Scope, type = randomType(cx)): Statement {
  const name = `$v${scope.depth}_${scope.variables.length}`;
  const canBeTyped = !hasNoName(type);
  const form = canBeTyped && cx.once(2) ? "typed" : cx.pick(["let", "assigned"] as const);
  const value = firstValue(cx, scope, type, form);
  scope.variables.push({ name, type, isTyped: form === "typed", isReadOnly: false });
  return { kind: "declare", name, type, form, value };
}

/** Where the type is inferred, the value has exactly that type. */
function firstValue(cx: Context, scope: Scope, type: ValueType, form: "typed" | "let" | "assigned"): Expr | undefined {
  if (form === "typed") return cx.once(8) ? undefined : valueFor(cx, scope, type, 2);
  if (type.kind === "int") return cast(number(cx, scope, 2), type);
  if (type.kind === "bool") return condition(cx, scope, 2);
  return someValue(type);
}

const hasNoName = ({ kind }: ValueType): boolean => kind === "tuple" || kind === "record" || kind === "struct";

const changeable = (scope: Scope, isWanted: (variable: Variable) => boolean): readonly Target[] =>
  scope.variables
    .filter((variable) => !variable.isReadOnly && isWanted(variable))
    .map(({ name, type }) => ({ kind: "variable", name, result: type }));

function assignment(cx: Context, scope: Scope): Statement | undefined {
  const found = scope.variables.filter(({ isReadOnly, type }) => !isReadOnly && type.kind !== "pointer");
  if (found.length === 0) return undefined;
  const { name, type, isTyped } = cx.pick(found);
  // What is declared as an integer takes any integer.
  const value = isTyped && type.kind === "int" && cx.once(2) ? number(cx, scope, 3) : valueFor(cx, scope, type, 3);
  return { kind: "assign", target: { kind: "variable", name, result: type }, value };
}

function store(cx: Context, scope: Scope): Statement | undefined {
  if (scope.maps.length === 0) return undefined;
  const { name, key, value } = cx.pick(scope.maps);
  const target: Target = { kind: "map", name, key: key && few(cx, scope, key), result: value };
  return { kind: "assign", target, value: valueFor(cx, scope, value, 2) };
}

function compound(cx: Context, scope: Scope): Statement | undefined {
  const op = cx.pick(OPS);
  const isShift = op === "<<" || op === ">>";
  const value = isShift ? shiftCount(cx, scope, 2) : number(cx, scope, 2);
  const isKept = (type: ValueType): boolean =>
    type.kind === "int" && fits(arithmeticType(op, type, asInt(value.result)), type);
  const targets = [
    ...changeable(scope, ({ type, isTyped }) => (isTyped ? type.kind === "int" : isKept(type))),
    ...scope.maps.filter((map) => isKept(map.value)).map((map) => entryOf(cx, scope, map)),
  ];
  const bools = changeable(scope, ({ type }) => type.kind === "bool");
  if (bools.length > 0 && cx.once(6))
    return { kind: "compound", target: cx.pick(bools), op: cx.pick(["&", "|", "^"]), value: condition(cx, scope, 2) };
  return targets.length === 0 ? undefined : { kind: "compound", target: cx.pick(targets), op, value };
}

const entryOf = (cx: Context, scope: Scope, { name, key, value }: Scope["maps"][number]): Target => ({
  kind: "map",
  name,
  key: key && few(cx, scope, key),
  result: value,
});

/** `--` makes an `int64` of what has no declared type, `++` keeps the sign (8.3). */
export function steppable(cx: Context, scope: Scope, op: "++" | "--"): Target | undefined {
  const isKept = (type: ValueType): boolean => isSame(type, INT64) || (op === "++" && isSame(type, UINT64));
  const targets = [
    ...changeable(scope, ({ type, isTyped }) => (isTyped ? type.kind === "int" : isKept(type))),
    ...scope.maps.filter(({ value }) => isKept(value)).map((map) => entryOf(cx, { ...scope, isPure: true }, map)),
  ];
  return targets.length === 0 ? undefined : cx.pick(targets);
}

function stepStatement(cx: Context, scope: Scope): Statement | undefined {
  const op = cx.pick(["++", "--"] as const);
  const target = steppable(cx, scope, op);
  return target && { kind: "evaluate", form: "bare", value: makeStep(target, op, cx.once(2)) };
}

function discarded(cx: Context, scope: Scope): Statement | undefined {
  const call = cx.once(2) ? macroCall(cx, scope, ({ kind }) => kind === "void") : undefined;
  if (call !== undefined) return { kind: "evaluate", form: "bare", value: call };
  return { kind: "evaluate", form: "discarded", value: test(cx, scope, 2) };
}

/** For what its arguments do. */
function event(cx: Context, scope: Scope): Statement | undefined {
  if (scope.loops > 0) return undefined;
  const values = several(cx, 1, 3, () => (cx.once(4) ? valueFor(cx, scope, randomType(cx), 1) : number(cx, scope, 1)));
  return { kind: "event", call: cx.pick(["printf", "print"]), values };
}

/** Both arms are calls without a value. */
function voidChoice(cx: Context, scope: Scope): Statement | undefined {
  const arm = (): Expr | undefined => macroCall(cx, scope, ({ kind }) => kind === "void");
  const [then, otherwise] = [arm(), arm()];
  if (then === undefined || otherwise === undefined) return undefined;
  const value: Expr = {
    kind: "choose",
    form: "?:",
    condition: test(cx, scope, 1),
    then,
    otherwise,
    result: { kind: "void" },
  };
  return { kind: "evaluate", form: "bare", value };
}

function ifStatement(cx: Context, scope: Scope): Statement | undefined {
  if (!cx.spend()) return undefined;
  const arm = (): readonly Statement[] => {
    const own = inside(scope);
    const statements = body(cx, own, 3);
    const leave = cx.once(4) ? leaving(cx, own) : undefined;
    return leave === undefined ? statements : [...statements, leave];
  };
  return { kind: "if", condition: test(cx, scope, 2), then: arm(), otherwise: cx.once(2) ? [] : arm() };
}

function leaving(cx: Context, scope: Scope): Statement | undefined {
  const ways = [
    ...(scope.canBreak ? (["break", "continue"] as const) : []),
    ...(scope.canReturn && cx.once(3) ? (["return"] as const) : []),
    ...(scope.canReturn && scope.loops === 0 && cx.once(4) ? (["exit()"] as const) : []),
  ];
  return ways.length === 0 ? undefined : { kind: "leave", how: cx.pick(ways) };
}

function blockStatement(cx: Context, scope: Scope): Statement | undefined {
  return cx.spend() ? { kind: "block", body: body(cx, inside(scope), 3) } : undefined;
}

/** A literal, or the first positional parameter. */
function unroll(cx: Context, scope: Scope): Statement | undefined {
  if (!cx.spend()) return undefined;
  const given = Number(cx.positional[0] ?? 0);
  const [count, text] = cx.once(3) ? [given, "$1"] : [1 + cx.below(3), undefined];
  return { kind: "unroll", count, text: text ?? `${count}`, body: body(cx, inside(scope, { canBreak: false }), 2) };
}
