/** Statements: what is put where (language.md 5, 10, 11, 13). */
import {
  type Assign,
  type Binary,
  type Block,
  type Expr,
  type ExprStatement,
  type For,
  type Let,
  type Range,
  type Return,
  type Span,
  type Statement,
  textOf,
  type Unroll,
  type While,
} from "../../../grammar/index.js";
import { asInteger, promote, promoteIntegers } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { NONE, string, tuple, type Type, typeName } from "../../types/type.js";
import { isCompilerFunction } from "../compiler-functions.js";
import { isUnknown, type MapSlot, type Slot, UNKNOWN } from "../slots.js";
import { aggregationExample, calledAggregation } from "./aggregations.js";
import type { BodyTyping } from "./body-typing.js";
import { checkCondition, checkEnumerator, checkImplicitCast, isAcceptable } from "./conversions.js";
import { typeBlock, typeExpr } from "./expressions.js";
import { typeKey } from "./keys.js";
import { operationSpan } from "./operation-span.js";
import { combine, type Operand } from "./operators.js";
import { typeWritten } from "./type-names.js";

export function typeStatement(cx: BodyTyping, node: Statement): void {
  const rule = RULES[node.kind] as (cx: BodyTyping, node: Statement) => void;
  rule(cx, node);
}

type Rules = { readonly [K in Statement["kind"]]: (cx: BodyTyping, node: Extract<Statement, { kind: K }>) => void };

const NOTHING = (): void => undefined;

const RULES: Rules = {
  "expr-statement": (cx, node) => {
    checkDiscarded(cx, node.expr, typeExpr(cx, node.expr), discardedSpan(node, false));
  },
  assign: (cx, node) => {
    typeAssign(cx, node);
  },
  let: (cx, node) => {
    typeLet(cx, node);
  },
  discard: (cx, node) => {
    typeExpr(cx, node.value);
  },
  break: NOTHING,
  continue: NOTHING,
  return: (cx, node) => {
    typeReturn(cx, node);
  },
  for: (cx, node) => {
    typeFor(cx, node);
  },
  while: (cx, node) => {
    typeWhile(cx, node);
  },
  unroll: (cx, node) => {
    typeUnroll(cx, node);
  },
  "import-statement": NOTHING,
};

/** Values that nobody takes; `++` and `--` do something by themselves. */
export function checkDiscarded(cx: BodyTyping, expr: Expr, type: Type, span: Span): void {
  if (expr.kind === "step" || type.kind === "none" || type.kind === "void") return;
  cx.bag.warning("value-discarded", span, {});
}

/** With the `;`, unless the statement begins like an assignment, or ends its block with a macro of the library. */
function discardedSpan({ expr, span }: ExprStatement, isLast: boolean): Span {
  const isMacro = expr.kind === "call" && !isCompilerFunction(expr.name);
  return (isLast && isMacro) || /[$@]/.test(textOf(span).charAt(0)) ? expr.span : span;
}

/** The statements of a block inside of something. */
export function typeStatements(cx: BodyTyping, { statements, value }: Block): void {
  for (const statement of statements) {
    const isLast = value === undefined && statement === statements.at(-1);
    if (isLast && statement.kind === "expr-statement") {
      checkDiscarded(cx, statement.expr, typeExpr(cx, statement.expr), discardedSpan(statement, true));
    } else {
      typeStatement(cx, statement);
    }
  }
}

/** A body of a probe or a loop: its value, if it has one, is lost; so is that of its last statement. */
export function typeBody(cx: BodyTyping, node: Block): void {
  const last = node.value === undefined ? node.statements.at(-1) : undefined;
  for (const statement of node.statements) {
    if (statement === last && statement.kind === "expr-statement") typeLast(cx, statement.expr);
    else typeStatement(cx, statement);
  }
  if (node.value !== undefined) typeLast(cx, node.value);
  cx.types.set(node, NONE);
}

/** The `;` of a last statement is not shown. */
const typeLast = (cx: BodyTyping, expr: Expr): void => {
  checkDiscarded(cx, expr, typeExpr(cx, expr), expr.span);
};

// ---------------------------------------------------------------- assignments

function typeAssign(cx: BodyTyping, node: Assign): void {
  const { target } = node;
  const { expr, type } = typeValue(cx, node);
  if (target.kind === "variable") {
    const variable = cx.variable(target);
    if (variable === undefined) return;
    storeInVariable(cx, variable.slot, { name: target.name, expr, type, site: node, span: node.span });
    cx.types.set(target, variable.slot.type);
    return;
  }
  const map = cx.map(target.kind === "map" ? target.name : target.map.name);
  if (target.kind === "map-access" && node.op === undefined) {
    typeKey(cx, map, target.key, calledAggregation(node.value)?.span ?? target.span);
  }
  storeInMap(cx, map, { name: map.name, expr, type, site: node, span: node.span });
  cx.types.set(target, map.value.type);
  if (target.kind === "map-access") cx.types.set(target.map, map.value.type);
}

/** The value on the right, or the operation of a compound assignment. */
function typeValue(cx: BodyTyping, node: Assign): Operand {
  const { op, target, value } = node;
  const right: Operand = { expr: value, type: typeExpr(cx, value) };
  if (op === undefined) return right;
  const left: Operand = { expr: target, type: typeExpr(cx, target) };
  const expr: Binary = { kind: "binary", span: operationSpan(node), op, left: target, right: value };
  return { expr, type: combine(cx, expr, left, right) };
}

interface Store {
  readonly name: string;
  readonly expr: Expr;
  readonly type: Type;
  /** What contributes: one for each place in the text. */
  readonly site: object;
  readonly span: Span;
}

function typeLet(cx: BodyTyping, node: Let): void {
  const variable = cx.variable(node.variable);
  if (variable === undefined) return;
  if (node.type !== undefined) declareType(cx, variable.slot, node);
  if (node.value !== undefined) {
    const type = typeExpr(cx, node.value);
    storeInVariable(cx, variable.slot, {
      name: node.variable.name,
      expr: node.value,
      type,
      site: node,
      span: node.span,
    });
  }
  cx.types.set(node.variable, variable.slot.type);
}

/** An annotation fixes the type, but for strings and buffers without size. */
function declareType(cx: BodyTyping, slot: Slot, node: Let): void {
  if (node.type === undefined) return;
  const type = typeWritten(cx, node.type);
  if (isUnknown(type)) return;
  if (type.kind === "aggregation" || type.kind === "void") {
    cx.bag.error("declaration-type", node.type.span, { type: typeName(type) });
    return;
  }
  const isOpen = (type.kind === "string" || type.kind === "buffer") && type.sizeBytes === 0;
  if (isOpen) cx.contribute(slot, node.type, type.kind === "string" ? string(0, "none") : type);
  else if (!slot.isFixed) slot.fix(type);
}

function storeInVariable(cx: BodyTyping, slot: Slot, store: Store): void {
  const type = read(store.type);
  if (isUnknown(type)) return cx.contribute(slot, store.site, type);
  if (type.kind === "none") return cx.bag.error("assignment-none", store.span, {});
  if (type.kind === "void" || type.kind === "aggregation") {
    return cx.bag.error("value-to-variable", store.span, { type: typeName(store.type) });
  }
  put(cx, slot, { ...store, type }, "variable", store.span);
}

function storeInMap(cx: BodyTyping, map: MapSlot, store: Store): void {
  if (isUnknown(store.type)) return cx.contribute(map.value, store.site, store.type);
  if (store.type.kind === "none") return cx.bag.error("assignment-none", store.span, {});
  if (store.type.kind === "void") return cx.bag.error("value-to-map", store.span, { type: typeName(store.type) });
  const call = calledAggregation(store.expr);
  if (store.type.kind === "aggregation" && call === undefined) return copyAggregation(cx, map, store);
  put(cx, map.value, store, "map", call?.span ?? store.span);
}

/** `@a = @b`: an aggregation that a map of integers takes as a number, and no other map takes at all. */
function copyAggregation(cx: BodyTyping, map: MapSlot, store: Store): void {
  const number = read(store.type);
  const taker = cx.read(map.value);
  if (asInteger(taker) !== undefined && number !== store.type)
    return put(cx, map.value, { ...store, type: number }, "map", store.span);
  cx.program.aggregationCopies.add(map);
  if (store.type.kind !== "aggregation") return;
  const source = sourceName(store.expr);
  const hints =
    number !== store.type && source !== undefined
      ? [`Add a cast to integer if you want the value of the aggregate, e.g. \`${map.name} = (int64)${source};\`.`]
      : [];
  const example = aggregationExample(store.type.of);
  cx.bag.error("value-map-to-map", store.span, { type: typeName(store.type), map: map.name, example }, { hints });
}

const sourceName = (expr: Expr): string | undefined =>
  expr.kind === "map" ? expr.name : expr.kind === "map-access" ? expr.map.name : undefined;

function put(cx: BodyTyping, slot: Slot, store: Store, what: "variable" | "map", blame: Span): void {
  cx.contribute(slot, store.site, store.type);
  const known = slot.type;
  if (isUnknown(known)) return;
  if (slot.isFixed && known.kind === "enum") checkEnumerator(cx, store.expr, known);
  if (isAcceptable(slot, store.expr, store.type)) return checkImplicitCast(cx, store.expr, store.type, known);
  if (slot.isLocked) return reportLocked(cx, blame, store, known);
  const canMeet = slot.isFixed || promote(known, store.type) !== undefined;
  const names = { name: store.name, from: typeName(store.type), to: typeName(known), what };
  cx.bag.error(canMeet ? "assignment-range" : "assignment-type", blame, names);
}

function reportLocked(cx: BodyTyping, blame: Span, { name, type }: Pick<Store, "name" | "type">, locked: Type): void {
  cx.bag.error("assignment-locked", blame, { name, from: typeName(type), to: typeName(locked) });
}

// ---------------------------------------------------------------- leaving and looping

function typeReturn(cx: BodyTyping, node: Return): void {
  if (node.value === undefined) return;
  const type = typeExpr(cx, node.value);
  if (isUnknown(type) || asInteger(type) !== undefined) return;
  cx.bag.error("return-type", node.span, { type: typeName(type) });
}

function typeFor(cx: BodyTyping, node: For): void {
  const type = node.over.kind === "range" ? typeRange(cx, node, node.over) : typeEntries(cx, node.over);
  const variable = cx.variable(node.variable);
  if (variable !== undefined) {
    cx.contribute(variable.slot, node.variable, type);
    cx.types.set(node.variable, variable.slot.type);
  }
  typeLoopBody(cx, node.body);
}

function typeLoopBody(cx: BodyTyping, body: Block): void {
  const wasInLoop = cx.isInLoop;
  cx.isInLoop = true;
  typeBody(cx, body);
  cx.isInLoop = wasInLoop;
}

function typeRange(cx: BodyTyping, node: For, range: Range): Type {
  const start = boundOf(cx, node, range.start, "start");
  const end = boundOf(cx, node, range.end, "end");
  if (start === undefined || end === undefined) return UNKNOWN;
  const both = promoteIntegers(start, end);
  checkImplicitCast(cx, range.start, start, both);
  checkImplicitCast(cx, range.end, end, both);
  return both;
}

function boundOf(cx: BodyTyping, node: For, bound: Expr, which: "start" | "end") {
  const type = typeExpr(cx, bound);
  const number = asInteger(type);
  if (number === undefined && !isUnknown(type)) cx.bag.error("loop-range", node.headSpan, { which });
  return number;
}

/** The entries of a map: tuples of key and value. */
function typeEntries(cx: BodyTyping, over: Extract<For["over"], { kind: "map" }>): Type {
  const map = cx.map(over.name);
  const value = typeExpr(cx, over);
  if (map.isKeyed === undefined) cx.bag.error("map-undefined", over.span, { name: map.name });
  if (map.isKeyed === false) cx.bag.error("loop-scalar-map", over.span, { map: map.name });
  const key = cx.read(map.key);
  if (map.isKeyed !== true || isUnknown(key) || isUnknown(value)) return UNKNOWN;
  if (value.kind === "aggregation" && read(value) === value) {
    cx.bag.error("loop-type", over.span, { type: typeName(value) });
    return UNKNOWN;
  }
  return tuple([key, value]);
}

function typeWhile(cx: BodyTyping, node: While): void {
  const condition = typeExpr(cx, node.condition);
  checkCondition(cx, node.condition, condition, node.span);
  typeLoopBody(cx, node.body);
}

function typeUnroll(cx: BodyTyping, node: Unroll): void {
  typeExpr(cx, node.count);
  const type = typeBlock(cx, node.body);
  cx.types.set(node.body, type);
  if (node.body.value !== undefined) checkDiscarded(cx, node.body.value, type, node.body.value.span);
}
