/** Types that a script writes, inside a body. */
import type { Expr, NamedType, TypeExpr } from "../../../grammar/index.js";
import { isTypeExpr, resolveType } from "../../types/named-types.js";
import { isIncomplete, type Type, typeName } from "../../types/type.js";
import { similarType } from "../names/similar-names.js";
import { UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";

/** Reports a name that is no type. */
export function typeWritten(cx: BodyTyping, node: TypeExpr, span = node.span): Type {
  const type = resolveType(node, { ...namesOf(cx), typeof: (operand) => typeOperand(cx, operand) });
  if (type.kind !== "unknown") return type;
  const help = () => similarType(type.name, cx.structs, cx.language);
  if (node.kind === "named-type" && node.tag === "enum")
    cx.bag.error("enum-unknown", span, { name: node.name }, { help });
  else if (type.name !== "none") cx.bag.error("type-unknown", node.span, { name: type.name }, { help });
  return UNKNOWN;
}

/** The type of something that is stored: complete, and strings are no longer than `max_strlen`. */
export function typeStored(cx: BodyTyping, node: TypeExpr, span = node.span): Type {
  const type = typeWritten(cx, node, span);
  if (isIncomplete(type)) {
    cx.bag.error("type-incomplete", span, { type: typeName(type) });
    return UNKNOWN;
  }
  const max = cx.config.maxStrlen;
  if (type.kind !== "string" || type.sizeBytes <= max) return type;
  cx.bag.error(
    "string-type-too-long",
    span,
    { max, type: typeName(type) },
    { hints: ["Increase BPFTRACE_MAX_STRLEN."] },
  );
  return UNKNOWN;
}

/** A bare word is a type here, or an enumerator, and nothing else. */
function typeBareName(cx: BodyTyping, node: NamedType): Type {
  if (node.tag !== undefined || resolveType(node, { ...namesOf(cx), typeof: () => undefined }).kind !== "unknown")
    return typeWritten(cx, node);
  const enumerator = cx.structs.enumerator(node.name);
  if (enumerator !== undefined) return enumerator.type;
  const help = () => similarType(node.name, cx.structs, cx.language);
  cx.bag.error("identifier-unknown", node.span, { name: node.name }, { help });
  return UNKNOWN;
}

const namesOf = ({ structs, language }: BodyTyping) => ({ structs, words: language.typeWords });

/** What `sizeof`, `typeof` … look at. A keyed map stands for its keys. */
export function typeOperand(cx: BodyTyping, operand: TypeExpr | Expr): Type {
  if (isTypeExpr(operand)) return operand.kind === "named-type" ? typeBareName(cx, operand) : typeWritten(cx, operand);
  const type = cx.typeExpr(operand);
  if (operand.kind !== "map") return type;
  const map = cx.map(operand.name);
  return map.isKeyed === true ? cx.read(map.key) : type;
}
