/** Statements, and values that nobody takes (language.md 5). */
import {
  type Block,
  type Expr,
  type ExprStatement,
  type Return,
  type Span,
  type Statement,
  textOf,
} from "../../../grammar/index.js";
import { asInteger } from "../../types/promote.js";
import { NONE, type Type, typeName } from "../../types/type.js";
import { isCompilerFunction } from "../compiler-functions.js";
import { isUnknown } from "../slots.js";
import { typeAssign, typeLet } from "./assignments.js";
import type { BodyTyping } from "./body-typing.js";
import { typeExpr } from "./expressions.js";
import { typeFor, typeUnroll, typeWhile } from "./loops.js";

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

function typeReturn(cx: BodyTyping, node: Return): void {
  if (node.value === undefined) return;
  const type = typeExpr(cx, node.value);
  if (isUnknown(type) || asInteger(type) !== undefined) return;
  cx.bag.error("return-type", node.span, { type: typeName(type) });
}
