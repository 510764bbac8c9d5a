/** Explicit casts (language.md 8.6). */
import type { Cast } from "../../../grammar/index.js";
import { isCastAllowed, lengthFrom } from "../../types/casts.js";
import { spaceOf, withSpace } from "../../types/spaces.js";
import { type AddressSpace, type ArrayType, sameType, type Type, typeName } from "../../types/type.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { checkEnumerator } from "./conversions.js";
import { typeStored } from "./type-names.js";

export function typeCast(cx: BodyTyping, node: Cast): Type {
  const operand = cx.typeExpr(node.operand);
  const target = typeStored(cx, node.type, node.span);
  if (isUnknown(target)) return UNKNOWN;
  // A cast to a number says its type before it is known of what: so what depends on itself is typed.
  if (isUnknown(operand)) return target.kind === "int" || target.kind === "bool" ? target : UNKNOWN;
  const to = completed(cx, node, operand, target);
  if (to === undefined) return UNKNOWN;
  if (!checkOperand(cx, node, operand, to)) return UNKNOWN;
  // The library does not know what it is called with.
  if (sameType(operand, to) && node.operand.kind !== "bool" && node.span.file.isLibrary !== true)
    cx.bag.warning("cast-unnecessary", node.span, { type: typeName(to) });
  if (to.kind === "enum") checkEnumerator(cx, node.operand, to, node.span);
  return withSpace(to, spaceAfter(cx, operand));
}

/** The operand's, or the probe's when that says nothing. */
function spaceAfter(cx: BodyTyping, operand: Type): AddressSpace {
  const space = spaceOf(operand);
  return space === "none" ? cx.context.space : space;
}

/** `T[]` gets its length, `string` and the like are refused as they are. */
function completed(cx: BodyTyping, node: Cast, operand: Type, target: Type): Type | undefined {
  if (target.kind !== "array" || target.length > 0 || node.type.kind !== "array-type") return target;
  if (node.type.length !== undefined || !HAS_BYTES.has(operand.kind)) return target;
  return lengthFromOperand(cx, node, operand, target);
}

/** What an array can be made of; everything else is refused with the length open. */
const HAS_BYTES: ReadonlySet<Type["kind"]> = new Set(["int", "enum", "bool", "string", "array", "pointer"]);

function lengthFromOperand(cx: BodyTyping, node: Cast, operand: Type, target: ArrayType): Type | undefined {
  const found = lengthFrom(operand, target.element, target.space);
  if (typeof found === "object") return found;
  cx.bag.error(found === "unsized-element" ? "cast-array-element" : "cast-array-size", node.span, {});
  return undefined;
}

function checkOperand(cx: BodyTyping, node: Cast, operand: Type, to: Type): boolean {
  if (operand.kind === "struct") cx.bag.error("cast-struct", node.span, { from: typeName(operand) });
  else if (operand.kind === "none") cx.bag.error("cast-none", node.span, { from: "none" });
  else if (to.kind === "none") cx.bag.error("cast-incomplete", node.span, {});
  else if (isCastAllowed(operand, to)) return true;
  else cx.bag.error("cast-refused", node.span, { from: typeName(operand), to: typeName(to) });
  return false;
}
