/**
 * `sizeof`, `offsetof`, `typeinfo`, `typeof` and `comptime`: constants that types decide. While types are inferred
 * they are not known; `resolve-queries.ts` replaces them by literals when their operands are.
 */
import type { Comptime, Offsetof, Sizeof, Typeinfo, Typeof } from "../../../grammar/index.js";
import { isIncomplete, type Type, typeName } from "../../types/type.js";
import { similarMember } from "../names/similar-names.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";
import type { BodyTyping } from "./body-typing.js";
import { typeOperand } from "./type-names.js";

export type Query = Sizeof | Offsetof | Typeinfo | Typeof | Comptime;

/** In the final check only those are left that could not be resolved. */
export function typeQuery(cx: BodyTyping, node: Query): Type {
  switch (node.kind) {
    case "comptime":
      cx.typeExpr(node.operand);
      cx.bag.error("comptime-unresolved", node.span, {});
      break;
    case "typeof":
      cx.bag.error("function-unknown", node.span, { name: "typeof" });
      break;
    case "offsetof":
      checkOffsetof(cx, node);
      break;
    case "sizeof":
      checkSizeof(cx, node);
      break;
    default:
      typeOperand(cx, node.operand);
  }
  return UNKNOWN;
}

function checkSizeof(cx: BodyTyping, node: Sizeof): void {
  const type = typeOperand(cx, node.operand);
  if (isIncomplete(type)) cx.bag.error("sizeof-incomplete", node.span, { type: typeName(type) });
}

function checkOffsetof(cx: BodyTyping, node: Offsetof): void {
  const { span } = node;
  let type = typeOperand(cx, node.operand);
  if (isUnknown(type)) return;
  for (const field of node.path) {
    if (type.kind !== "struct") return cx.bag.error("offsetof-type", span, { type: typeName(type) });
    const member = cx.structs.member(type, field);
    if (member === undefined) {
      const names = cx.structs.members(type).map(({ name }) => name);
      const help = () => similarMember(field, names, "It has");
      return cx.bag.error("offsetof-field", span, { type: typeName(type), field }, { help });
    }
    type = member.type;
  }
}
