/** The type of an expression: one row for each kind. */
import {
  type Block,
  context,
  type Expr,
  type If,
  type MapAccess,
  type MapRef,
  type Record,
  type StringLiteral,
  type Ternary,
  type Tuple,
  type Variable,
} from "../../../grammar/index.js";
import { builtinNamed } from "../../language/language.js";
import { typeOfInteger } from "../../types/literals.js";
import { promote } from "../../types/promote.js";
import { BOOL, isUnreadable, NONE, record, string, tuple, type Type, typeName } from "../../types/type.js";
import { blockDiverges, expressionDiverges } from "../checks/diverges.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import { similarWord } from "../names/similar-names.js";
import { typeField, typeIndex } from "./access.js";
import type { BodyTyping } from "./body-typing.js";
import { typeCall } from "./calls.js";
import { typeCast } from "./cast.js";
import { checkCondition, checkImplicitCast } from "./conversions.js";
import { typeKey } from "./keys.js";
import { typeBinary, typeStep, typeUnary } from "./operators.js";
import { typeQuery } from "./queries.js";
import { checkDiscarded } from "./discarded.js";
import { typeStatements } from "./statements.js";

/** Types the expression and all below it, and remembers the answers. */
export function typeExpr(cx: BodyTyping, expr: Expr): Type {
  const rule = RULES[expr.kind] as (cx: BodyTyping, node: Expr) => Type;
  const type = rule(cx, expr);
  cx.types.set(expr, type);
  return type;
}

type Rules = { readonly [K in Expr["kind"]]: (cx: BodyTyping, node: Extract<Expr, { kind: K }>) => Type };

const RULES: Rules = {
  integer: (_cx, node) => typeOfInteger(node.value),
  string: (cx, node) => typeString(cx, node),
  bool: () => BOOL,
  positional: () => UNKNOWN,
  "positional-count": () => UNKNOWN,
  identifier: (cx, node) => typeIdentifier(cx, node),
  variable: (cx, node) => typeVariable(cx, node),
  map: (cx, node) => typeMap(cx, node),
  "map-access": (cx, node) => typeMapAccess(cx, node),
  call: (cx, node) => typeCall(cx, node),
  unary: (cx, node) => typeUnary(cx, node),
  step: (cx, node) => typeStep(cx, node),
  binary: (cx, node) => typeBinary(cx, node),
  ternary: (cx, node) => typeTernary(cx, node),
  cast: (cx, node) => typeCast(cx, node),
  field: (cx, node) => typeField(cx, node),
  index: (cx, node) => typeIndex(cx, node),
  tuple: (cx, node) => typeTuple(cx, node),
  record: (cx, node) => typeRecord(cx, node),
  block: (cx, node) => typeBlock(cx, node),
  if: (cx, node) => typeIf(cx, node),
  sizeof: (cx, node) => typeQuery(cx, node),
  offsetof: (cx, node) => typeQuery(cx, node),
  typeinfo: (cx, node) => typeQuery(cx, node),
  typeof: (cx, node) => typeQuery(cx, node),
  comptime: (cx, node) => typeQuery(cx, node),
};

function typeString(cx: BodyTyping, { value, span }: StringLiteral): Type {
  const max = cx.config.maxStrlen;
  if (value.length >= max && !cx.isLongTextAllowed) cx.bag.error("string-too-long", span, { max, text: value });
  return string(value.length + 1);
}

// ---------------------------------------------------------------- names

function typeIdentifier(cx: BodyTyping, node: Extract<Expr, { kind: "identifier" }>): Type {
  const { name, span } = node;
  const builtin = builtinNamed(cx.language, name);
  if (builtin !== undefined) {
    const { context, config, facts, structs } = cx;
    return typeof builtin.type === "function"
      ? builtin.type({ name, span, context, config, facts, structs })
      : builtin.type;
  }
  const enumerator = cx.structs.enumerator(name);
  if (enumerator !== undefined) return enumerator.type;
  if (/^sarg[0-9]+$/.test(name)) cx.bag.error("sarg-gone", span, {}, { hints: [INSTEAD_OF_SARG] });
  else {
    const help = () => similarWord(name, cx.program.words, "word");
    cx.bag.error("identifier-unknown", span, { name }, { help });
  }
  return UNKNOWN;
}

const INSTEAD_OF_SARG = 'Use *(reg("sp") + <stack_offset>) instead.';

function typeVariable(cx: BodyTyping, node: Variable): Type {
  const variable = cx.variable(node);
  if (variable === undefined) return UNKNOWN;
  const type = cx.read(variable.slot);
  if (isUnknown(type) && !variable.isAssigned) cx.bag.error("variable-type-unresolved", node.span, {});
  return type;
}

function typeMap(cx: BodyTyping, node: MapRef): Type {
  return cx.read(cx.map(node.name).value);
}

function typeMapAccess(cx: BodyTyping, node: MapAccess): Type {
  const map = cx.map(node.map.name);
  typeKey(cx, map, node.key, node.span);
  const type = cx.read(map.value);
  cx.types.set(node.map, type);
  return type;
}

// ---------------------------------------------------------------- branches

function typeTernary(cx: BodyTyping, node: Ternary): Type {
  const condition = cx.typeExpr(node.condition);
  const then = node.then === undefined ? condition : cx.typeExpr(node.then);
  const otherwise = cx.typeExpr(node.otherwise);
  checkCondition(cx, node.condition, condition, node.span);
  return meet(cx, node, { expr: node.then ?? node.condition, type: then }, { expr: node.otherwise, type: otherwise });
}

function typeIf(cx: BodyTyping, node: If): Type {
  const condition = cx.typeExpr(node.condition);
  // Which branch is alive is not known yet, and the dead one has no type.
  if (node.condition.kind === "comptime") return UNKNOWN;
  checkCondition(cx, node.condition, condition, node.span);
  const then = cx.typeExpr(node.then);
  if (node.otherwise === undefined) {
    discardBranch(cx, { expr: node.then, type: then });
    return NONE;
  }
  const otherwise = cx.typeExpr(node.otherwise);
  if (blockDiverges(cx.language, node.then)) return otherwise;
  if (
    node.otherwise.kind === "block"
      ? blockDiverges(cx.language, node.otherwise)
      : expressionDiverges(cx.language, node.otherwise)
  )
    return then;
  return meet(cx, node, { expr: node.then, type: then }, { expr: node.otherwise, type: otherwise });
}

interface Branch {
  readonly expr: Expr;
  readonly type: Type;
}

function meet(cx: BodyTyping, node: Ternary | If, then: Branch, otherwise: Branch): Type {
  if (isUnknown(then.type) || isUnknown(otherwise.type)) return UNKNOWN;
  if (then.type.kind === "none" || otherwise.type.kind === "none") {
    discardBranch(cx, then);
    discardBranch(cx, otherwise);
    return NONE;
  }
  const both = promote(then.type, otherwise.type);
  if (both === undefined) {
    const names = { then: typeName(then.type), otherwise: typeName(otherwise.type) };
    const sides = [context("branch", then.expr.span, { type: names.then })];
    sides.push(context("branch", otherwise.expr.span, { type: names.otherwise }));
    cx.bag.error("branch-types", node.span, names, { help: () => ({ contexts: sides }) });
    return UNKNOWN;
  }
  checkImplicitCast(cx, then.expr, then.type, both);
  checkImplicitCast(cx, otherwise.expr, otherwise.type, both);
  return both;
}

/** One branch has a value and the other has none. At the end of a body that is told of all branches alike. */
function discardBranch(cx: BodyTyping, { expr, type }: Branch): void {
  if (cx.endsBody) return;
  const value = expr.kind === "block" ? expr.value : expr;
  if (value !== undefined) checkDiscarded(cx, value, type, value.span);
}

// ---------------------------------------------------------------- tuples, records, blocks

function typeTuple(cx: BodyTyping, node: Tuple): Type {
  const elements = node.elements.map((element) => typeElement(cx, element, "tuple"));
  if (elements.length === 0) return NONE;
  return elements.some((type) => type.kind === "none") ? UNKNOWN : tuple(elements);
}

function typeRecord(cx: BodyTyping, node: Record): Type {
  const fields = node.fields.map(({ name, value }) => ({ name, type: typeElement(cx, value, "record") }));
  return fields.some(({ type }) => type.kind === "none") ? UNKNOWN : record(fields);
}

function typeElement(cx: BodyTyping, expr: Expr, what: "tuple" | "record"): Type {
  const type = cx.typeExpr(expr);
  if (isUnreadable(type)) {
    cx.bag.error("element-type", expr.span, { type: typeName(type), what });
    return UNKNOWN;
  }
  if (type.kind === "void" || type === NONE) cx.bag.error("assignment-none", expr.span, {});
  return type.kind === "void" || type === NONE ? UNKNOWN : type;
}

export function typeBlock(cx: BodyTyping, node: Block): Type {
  typeStatements(cx, node);
  if (node.value === undefined) return NONE;
  const type = cx.typeExpr(node.value);
  if (!blockDiverges(cx.language, node)) return type;
  checkDiscarded(cx, node.value, type, node.value.span);
  return NONE;
}
