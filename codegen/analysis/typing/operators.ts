/** Unary and binary operators, `++` and `--` (language.md 7, 8.3). */
import { type Binary, context, type Expr, type Step, type Unary } from "../../../grammar/index.js";
import {
  binaryOperands,
  type BinaryProblem,
  type BinaryTyping,
  dividesSigned,
  yieldsBool,
} from "../../types/operators.js";
import { asInteger } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { inside, spaceOf } from "../../types/spaces.js";
import {
  type AddressSpace,
  BOOL,
  int,
  isIncomplete,
  pointer,
  type PointerType,
  sameType,
  type Type,
  typeName,
  UINT64,
  VOID,
} from "../../types/type.js";
import { isLiteral } from "../folding/literal.js";
import { isUnknown, type Slot, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { checkImplicitCast } from "./conversions.js";
import { isProgramArray } from "./program-arrays.js";
import { originHelp, originsOf } from "./type-origins.js";

// ---------------------------------------------------------------- unary

export function typeUnary(cx: BodyTyping, node: Unary): Type {
  const operand = cx.typeExpr(node.operand);
  if (node.op === "&") return addressOf(cx, node, operand);
  if (isUnknown(operand)) return UNKNOWN;
  switch (node.op) {
    case "!":
      return isNumber(operand) || operand.kind === "bool" ? BOOL : refuse(cx, node, operand);
    case "-":
    case "~": {
      const number = asInteger(operand);
      return number === undefined ? refuse(cx, node, operand) : int(number.bytes, number.isSigned);
    }
    case "*":
      return dereference(cx, node, operand);
  }
}

const isNumber = (type: Type): boolean => asInteger(type) !== undefined;

function addressOf(cx: BodyTyping, node: Unary, operand: Type): Type {
  const variable = node.operand.kind === "variable" ? cx.variable(node.operand) : undefined;
  if (variable !== undefined && isUnknown(operand)) {
    cx.bag.error("variable-type-unavailable", node.span, { name: variable.name });
    return UNKNOWN;
  }
  return pointer(operand.kind === "none" ? VOID : operand, "kernel");
}

function refuse(cx: BodyTyping, node: Unary, type: Type): Type {
  cx.bag.error("operator-unsupported-unary", node.span, { op: node.op, type: typeName(type) });
  return UNKNOWN;
}

/** An integer is taken as an address of as many bytes as it has itself. */
function dereference(cx: BodyTyping, node: Unary, operand: Type): Type {
  if (operand.kind === "pointer") return behind(cx, node, operand);
  // `*args` is `args`.
  if (operand.kind === "struct" && operand.source.origin === "args") return operand;
  return isNumber(operand) ? int(8, false, spaceOf(operand)) : refuse(cx, node, operand);
}

function behind(cx: BodyTyping, node: Unary, { to, space }: PointerType): Type {
  if (!isIncomplete(to)) return inside(to, space);
  cx.bag.error("type-incomplete", node.span, { type: typeName(to) });
  return UNKNOWN;
}

// ---------------------------------------------------------------- binary

export function typeBinary(cx: BodyTyping, node: Binary): Type {
  const left = cx.typeExpr(node.left);
  const right = cx.typeExpr(node.right);
  return combine(cx, node, { expr: node.left, type: left }, { expr: node.right, type: right });
}

export interface Operand {
  readonly expr: Expr;
  readonly type: Type;
}

/** A binary operation, or the one in a compound assignment. */
export function combine(cx: BodyTyping, node: Pick<Binary, "op" | "span">, left: Operand, right: Operand): Type {
  if (isUnknown(left.type) || isUnknown(right.type)) return yieldsBoolOf(node) ? BOOL : UNKNOWN;
  const typing = binaryOperands(node.op, left.type, right.type);
  if (typing.kind !== "typed") {
    reportProblem(cx, node, left, right, typing);
    return yieldsBoolOf(node) ? BOOL : UNKNOWN;
  }
  if (cx.isFinal) checkOperands(cx, node, left, right, typing);
  return typing.result;
}

const yieldsBoolOf = (node: Pick<Binary, "op">): boolean => yieldsBool(node.op);

function checkOperands(
  cx: BodyTyping,
  node: Pick<Binary, "op" | "span">,
  left: Operand,
  right: Operand,
  typing: BinaryTyping,
): void {
  checkImplicitCast(cx, left.expr, left.type, typing.left);
  checkImplicitCast(cx, right.expr, right.type, typing.right);
  checkPointers(cx, node, left, right);
  if (dividesSigned(node.op, left.type, right.type)) cx.bag.warning("signed-division", node.span, { op: node.op });
}

function reportProblem(
  cx: BodyTyping,
  node: Pick<Binary, "op" | "span">,
  left: Operand,
  right: Operand,
  problem: BinaryProblem,
): void {
  const { op, span } = node;
  switch (problem.kind) {
    case "mismatch": {
      // What folding gave up on was not widened.
      const shown = isLiteral(left.expr) && isLiteral(right.expr) ? { left: left.type, right: right.type } : problem;
      const names = { left: typeName(shown.left), right: typeName(shown.right) };
      const help = originsOf(cx, [left.expr, right.expr]);
      cx.bag.error("operand-mismatch", span, { op, ...names }, { contexts: sides(left, right, names), help });
      return;
    }
    case "unsupported":
      return cx.bag.error(
        isPointer(left.type) || isPointer(right.type) ? "operator-pointer" : "operator-unsupported",
        span,
        {
          op,
          left: typeName(left.type),
          right: typeName(right.type),
        },
        { help: originsOf(cx, [left.expr, right.expr]) },
      );
    case "array-operator":
      return cx.bag.error("operator-array", span, { op });
    case "array-shape":
      if (problem.differs.includes("length")) cx.bag.error("array-comparison-length", span, {});
      if (problem.differs.includes("element")) cx.bag.error("array-comparison-element", span, {});
  }
}

const isPointer = (type: Type): boolean => type.kind === "pointer";

const sides = (left: Operand, right: Operand, names: { readonly left: string; readonly right: string }) => [
  context("left-operand", left.expr.span, { type: names.left }),
  context("right-operand", right.expr.span, { type: names.right }),
];

function checkPointers(cx: BodyTyping, node: Pick<Binary, "op" | "span">, left: Operand, right: Operand): void {
  if (node.op === "&&" || node.op === "||") return;
  const [a, b] = [comparedSpace(cx, left), comparedSpace(cx, right)];
  if (a !== "none" && b !== "none" && a !== b) cx.bag.warning("address-spaces", node.span, {});
  if (left.type.kind !== "pointer" || right.type.kind !== "pointer" || sameType(left.type.to, right.type.to)) return;
  const names = { left: typeName(left.type.to), right: typeName(right.type.to) };
  cx.bag.warning("distinct-pointers", node.span, names, { contexts: sides(left, right, names) });
}

/** Numbers that say nothing of themselves are taken as addresses of the probe's own memory. */
function comparedSpace(cx: BodyTyping, { expr, type }: Operand): AddressSpace {
  const seen = read(type);
  if (seen.kind === "string") return seen.space;
  if (seen.kind !== "int") return "none";
  return seen.space === "none" && !isNoAddress(cx, expr) ? cx.context.space : seen.space;
}

/** What is negated, and variables of a declared type. */
const isNoAddress = (cx: BodyTyping, expr: Expr): boolean =>
  expr.kind === "unary" || (expr.kind === "variable" && cx.variable(expr)?.slot.isFixed === true);

// ---------------------------------------------------------------- ++ and --

export function typeStep(cx: BodyTyping, node: Step): Type {
  const before = cx.typeExpr(node.target);
  const slot = slotOf(cx, node.target);
  if (slot === undefined) return UNKNOWN;
  if (node.target.kind !== "variable" && isProgramArray(cx.map(nameOf(node.target)))) {
    cx.bag.error("program-array-operator", node.span, { map: nameOf(node.target), op: node.op });
    return UNKNOWN;
  }
  if (isUnknown(before)) {
    cx.contribute(slot, node, before);
    return UNKNOWN;
  }
  const after = stepped(node, before);
  if (after === undefined) {
    cx.bag.error("operator-unsupported-unary", node.span, { op: node.op, type: typeName(before) });
    return UNKNOWN;
  }
  if (before.kind === "aggregation" || before.kind === "bool") {
    const what = node.target.kind === "variable" ? "variable" : "map";
    const name = nameOf(node.target);
    const names = { name, from: typeName(after), to: typeName(before), what } as const;
    cx.bag.error("assignment-type", node.span, names, { help: originHelp(slot, name, node) });
    return UNKNOWN;
  }
  if (slot.isLocked && !sameType(after, before)) {
    cx.bag.error("assignment-locked", node.span, {
      name: nameOf(node.target),
      from: typeName(after),
      to: typeName(before),
    });
  }
  if (slot.isFixed) return before;
  cx.contribute(slot, node, after);
  return after;
}

const nameOf = (target: Step["target"]): string => (target.kind === "map-access" ? target.map.name : target.name);

function slotOf(cx: BodyTyping, target: Step["target"]): Slot | undefined {
  if (target.kind === "variable") return cx.variable(target)?.slot;
  return cx.map(target.kind === "map" ? target.name : target.map.name).value;
}

/** What the target holds afterwards: 64 bits, signed after `--`. */
function stepped(node: Step, type: Type): Type | undefined {
  if (type.kind === "pointer") return type;
  const number = type.kind === "aggregation" || type.kind === "bool" ? UINT64 : asInteger(type);
  if (number?.kind !== "int") return undefined;
  const after = int(8, number.isSigned || node.op === "--", spaceOf(type));
  return number.clock === undefined ? after : { ...after, clock: number.clock };
}
