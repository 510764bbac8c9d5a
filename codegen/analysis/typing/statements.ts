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
import { NONE, typeName } from "../../types/type.js";
import { withLayoutBehind } from "../checks/layout-spans.js";
import { isUnknown } from "../names/slots.js";
import { typeAssign, typeLet } from "./assignments.js";
import type { BodyTyping } from "./body-typing.js";
import { checkDiscarded } from "./discarded.js";
import { typeFor, typeUnroll, typeWhile } from "./loops.js";

export function typeStatement(cx: BodyTyping, node: Statement): void {
  const rule = RULES[node.kind] as (cx: BodyTyping, node: Statement) => void;
  rule(cx, node);
}

type Rules = { readonly [K in Statement["kind"]]: (cx: BodyTyping, node: Extract<Statement, { kind: K }>) => void };

const NOTHING = (): void => undefined;

const RULES: Rules = {
  "expr-statement": (cx, node) => {
    checkDiscarded(cx, node.expr, cx.typeExpr(node.expr), discardedSpan(node));
  },
  assign: (cx, node) => {
    typeAssign(cx, node);
  },
  let: (cx, node) => {
    typeLet(cx, node);
  },
  discard: (cx, node) => {
    if (cx.typeExpr(node.value).kind === "none") checkDiscarded(cx, node.value, NONE, node.span);
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

/** With the `;`, unless the statement begins like an assignment; without one, up to the next statement. */
function discardedSpan({ expr, span }: ExprStatement): Span {
  const text = textOf(span);
  if (/^[$@]/.test(text)) return expr.span;
  return text.endsWith(";") ? span : withLayoutBehind(span);
}

/** The statements of a block inside of something. */
export function typeStatements(cx: BodyTyping, { statements, value }: Block): void {
  const endsBody = cx.endsBody;
  for (const statement of statements) {
    const isLast = value === undefined && statement === statements.at(-1);
    const endsIt = isLast && endsBody && statement.kind === "expr-statement";
    cx.endsBody = endsIt;
    if (endsIt) typeLast(cx, statement.expr);
    else typeStatement(cx, statement);
  }
  cx.endsBody = endsBody;
}

/** A body of a probe or a loop: its value, if it has one, is lost; so is that of its last statement. */
export function typeBody(cx: BodyTyping, node: Block): void {
  cx.endsBody = true;
  typeStatements(cx, node);
  if (node.value !== undefined) typeLast(cx, node.value);
  cx.endsBody = false;
  cx.types.set(node, NONE);
}

/** The `;` of a last statement is not shown. */
function typeLast(cx: BodyTyping, expr: Expr): void {
  cx.typeExpr(expr);
  discardLeaves(cx, expr);
}

/** What is lost is told where it is made, or where the macro was called that makes it. */
function discardLeaves(cx: BodyTyping, expr: Expr): void {
  switch (expr.kind) {
    case "if":
      discardLeaves(cx, expr.then);
      if (expr.otherwise !== undefined) discardLeaves(cx, expr.otherwise);
      return;
    case "ternary":
      if (expr.then !== undefined) discardLeaves(cx, expr.then);
      return discardLeaves(cx, expr.otherwise);
    case "block":
      if (expr.value !== undefined) discardLeaves(cx, expr.value);
      return;
    default:
      checkDiscarded(cx, expr, cx.known(expr), expr.span.expandedFrom?.at(-1) ?? expr.span);
  }
}

function typeReturn(cx: BodyTyping, node: Return): void {
  if (node.value === undefined) return;
  const type = cx.typeExpr(node.value);
  if (isUnknown(type) || asInteger(type) !== undefined) return;
  cx.bag.error("return-type", node.span, { type: typeName(type) });
}
