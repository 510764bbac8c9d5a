/** Keys of maps (language.md 11.1). */
import type { Expr, Span } from "../../../grammar/index.js";
import { asInteger, pointsToContext } from "../../types/promote.js";
import { read } from "../../types/readings.js";
import { type Type, typeName } from "../../types/type.js";
import { isUnknown, type MapSlot } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { checkImplicitCast, isAcceptable, literalValue } from "./conversions.js";
import { isProgramArray, typeSlot } from "./program-arrays.js";
import { originHelp } from "./type-origins.js";

/** `span` is what is blamed when the key does not fit the others. */
export function typeKey(cx: BodyTyping, map: MapSlot, key: Expr, span: Span): void {
  if (isProgramArray(map)) return typeSlot(cx, map, key);
  const type = read(cx.typeExpr(key));
  if (isUnknown(type)) return cx.contribute(map.key, key, type);
  if (!isKey(cx, key, type, span)) return;
  cx.contribute(map.key, key, type);
  const known = cx.read(map.key);
  if (!cx.isFinal || isUnknown(known)) return;
  const names = { name: map.name, from: typeName(type), to: typeName(known) };
  if (isAcceptable(map.key, key, type)) checkImplicitCast(cx, key, type, known);
  else if (map.key.isLocked) cx.bag.error("assignment-locked", span, names);
  else {
    const isLiteral = literalValue(key) !== undefined && asInteger(known) !== undefined;
    const help = originHelp(map.key, `The key of ${map.name}`, key);
    cx.bag.error(isLiteral ? "key-literal" : "key-type", span, names, { help });
  }
}

function isKey(cx: BodyTyping, key: Expr, type: Type, span: Span): boolean {
  if (type.kind === "none" || type.kind === "timestamp-mode") {
    cx.bag.error("key-invalid", key.span, { type: typeName(type) });
    return false;
  }
  if (holdsContext(type)) {
    cx.bag.error("key-context", key.span, {});
    return false;
  }
  if (type.kind !== "aggregation" && type.kind !== "void") return true;
  cx.bag.error("key-value", span, { type: typeName(type) });
  return false;
}

const holdsContext = (type: Type): boolean =>
  pointsToContext(type) || (type.kind === "tuple" && type.elements.some(holdsContext));
