/** Loops and what they run over (language.md 13). */
import type { Block, Expr, For, Range, Unroll, While } from "../../../grammar/index.js";
import { asInteger, promoteIntegers } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { type IntType, tuple, type Type, typeName } from "../../types/type.js";
import { withLayoutBefore } from "../checks/layout-spans.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { checkCondition, checkImplicitCast } from "./conversions.js";
import { checkDiscarded } from "./discarded.js";

export function typeFor(cx: BodyTyping, node: For): void {
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
  cx.typeBody(body);
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

function boundOf(cx: BodyTyping, node: For, bound: Expr, which: "start" | "end"): IntType | undefined {
  const type = cx.typeExpr(bound);
  const number = asInteger(type);
  if (number === undefined && !isUnknown(type)) cx.bag.error("loop-range", node.headSpan, { which });
  return number;
}

/** The entries of a map: tuples of key and value. */
function typeEntries(cx: BodyTyping, over: Extract<For["over"], { kind: "map" }>): Type {
  const map = cx.map(over.name);
  const value = cx.typeExpr(over);
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

export function typeWhile(cx: BodyTyping, node: While): void {
  const condition = cx.typeExpr(node.condition);
  checkCondition(cx, node.condition, condition, node.span);
  typeLoopBody(cx, node.body);
}

export function typeUnroll(cx: BodyTyping, node: Unroll): void {
  cx.typeExpr(node.count);
  cx.endsBody = false;
  const type = cx.typeExpr(node.body);
  if (node.body.value !== undefined) checkDiscarded(cx, node.body.value, type, withLayoutBefore(node.body.span));
}
