/** What is put into variables and maps (language.md 8.5, 10, 11.2, 12.3). */
import { type Assign, type Binary, type Expr, type Let, type Span, operationSpan } from "../../../grammar/index.js";
import { calledAggregation } from "../../language/aggregation-calls.js";
import { aggregationNamed } from "../../language/language.js";
import { asInteger, promote } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { INT64, string, type Type, typeName, UINT64 } from "../../types/type.js";
import { isUnknown, type MapSlot, type Site, type Slot } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { checkEnumerator, checkImplicitCast, isAcceptable } from "./conversions.js";
import { typeKey } from "./keys.js";
import { combine, type Operand } from "./operators.js";
import { isProgramArray, typeEntry } from "./program-arrays.js";
import { typeStored } from "./type-names.js";
import { originHelp } from "./type-origins.js";

export function typeAssign(cx: BodyTyping, node: Assign): void {
  const { target } = node;
  if (target.kind !== "variable") {
    const map = cx.map(target.kind === "map" ? target.name : target.map.name);
    if (isProgramArray(map)) return typeEntry(cx, map, node);
  }
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
    typeKey(cx, map, target.key, calledAggregation(cx.language, node.value)?.span ?? target.span);
  }
  storeInMap(cx, map, { name: map.name, expr, type, site: node, span: node.span });
  cx.types.set(target, map.value.type);
  if (target.kind === "map-access") cx.types.set(target.map, map.value.type);
}

/** The value on the right, or the operation of a compound assignment. */
function typeValue(cx: BodyTyping, node: Assign): Operand {
  const { op, target, value } = node;
  const right: Operand = { expr: value, type: cx.typeExpr(value) };
  if (op === undefined) return right;
  const left: Operand = { expr: target, type: cx.typeExpr(target) };
  if (NO_NUMBERS.has(left.type.kind)) return { expr: value, type: numberOf(op, right.type) };
  const expr: Binary = { kind: "binary", span: operationSpan(node), op, left: target, right: value };
  return { expr, type: combine(cx, expr, left, right) };
}

/** What no operation can give: a compound assignment does not fit, whatever stands on its right. */
const NO_NUMBERS: ReadonlySet<Type["kind"]> = new Set<Type["kind"]>(["string", "tuple", "record", "array", "struct"]);

const numberOf = (op: Binary["op"], right: Type): Type =>
  op !== "<<" && op !== ">>" && asInteger(right)?.isSigned === true ? INT64 : UINT64;

interface Store {
  readonly name: string;
  readonly expr: Expr;
  readonly type: Type;
  /** What contributes: one for each place in the text. */
  readonly site: Site;
  readonly span: Span;
}

export function typeLet(cx: BodyTyping, node: Let): void {
  const variable = cx.variable(node.variable);
  if (variable === undefined) return;
  if (node.type !== undefined) declareType(cx, variable.slot, node);
  if (node.value !== undefined) {
    const type = cx.typeExpr(node.value);
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
  const type = typeStored(cx, node.type);
  if (isUnknown(type)) return;
  if (type.kind === "aggregation" || type.kind === "void") {
    cx.bag.error("declaration-type", node.type.span, { type: typeName(type) });
    return;
  }
  const isOpen = (type.kind === "string" || type.kind === "buffer") && type.sizeBytes === 0;
  if (isOpen) cx.contribute(slot, node.type, type.kind === "string" ? string(0, "none") : type);
  else if (!slot.isFixed) slot.fix(type, node);
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
  const call = calledAggregation(cx.language, store.expr);
  if (store.type.kind === "aggregation" && call === undefined) return copyAggregation(cx, map, store);
  put(cx, map.value, store, "map", call?.span ?? store.span);
}

/** `@a = @b`: an aggregation that a map of integers takes as a number, and no other map takes at all. */
function copyAggregation(cx: BodyTyping, map: MapSlot, store: Store): void {
  const number = read(store.type);
  const taker = cx.read(map.value);
  if (asInteger(taker) !== undefined && number !== store.type) {
    return put(cx, map.value, { ...store, type: number }, "map", store.span);
  }
  cx.program.aggregationCopies.add(map);
  if (store.type.kind !== "aggregation") return;
  const source = sourceName(store.expr);
  const hints =
    number !== store.type && source !== undefined
      ? [`Add a cast to integer if you want the value of the aggregate, e.g. \`${map.name} = (int64)${source};\`.`]
      : [];
  const example = aggregationNamed(cx.language, store.type.of.name)?.sample ?? "";
  cx.bag.error("value-map-to-map", store.span, { type: typeName(store.type), map: map.name, example }, { hints });
}

const sourceName = (expr: Expr): string | undefined =>
  expr.kind === "map" ? expr.name : expr.kind === "map-access" ? expr.map.name : undefined;

function put(cx: BodyTyping, slot: Slot, store: Store, what: "variable" | "map", blame: Span): void {
  cx.contribute(slot, store.site, store.type);
  const known = slot.type;
  if (!cx.isFinal || isUnknown(known)) return;
  if (slot.isFixed && known.kind === "enum") checkEnumerator(cx, store.expr, known);
  if (isAcceptable(slot, store.expr, store.type)) return checkImplicitCast(cx, store.expr, store.type, known);
  if (slot.isLocked && !slot.refused.has(store.site)) return reportLocked(cx, blame, store, known);
  const canMeet = !slot.isLocked && (slot.isFixed || promote(known, store.type) !== undefined);
  const names = { name: store.name, from: typeName(store.type), to: typeName(known), what };
  const help = originHelp(slot, store.name, store.site);
  cx.bag.error(canMeet ? "assignment-range" : "assignment-type", blame, names, { help });
}

function reportLocked(cx: BodyTyping, blame: Span, { name, type }: Pick<Store, "name" | "type">, locked: Type): void {
  cx.bag.error("assignment-locked", blame, { name, from: typeName(type), to: typeName(locked) });
}
