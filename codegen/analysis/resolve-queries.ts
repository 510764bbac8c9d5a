/**
 * Constants that types decide (language.md 6.5, 17.3): once the operands' types are known, `sizeof`, `offsetof` and
 * `typeinfo` become literals, and `if comptime` loses its dead branch.
 */
import { type AnyNode, type Expr, mapChildren, type Offsetof, type Sizeof, type Span, type Typeinfo, visit } from "../../grammar/index.js";
import { familyOf } from "../types/families.js";
import { sizeOf } from "../types/layout.js";
import { isTypeExpr, resolveType } from "../types/named-types.js";
import type { StructSource } from "../types/struct-source.js";
import { type Type, typeName } from "../types/type.js";
import type { Types } from "./infer.js";
import type { ProbeBody } from "./input.js";
import { literal } from "./literal.js";
import type { Maps } from "./maps.js";
import { isUnknown, UNKNOWN } from "./slots.js";

export interface QueryContext {
  readonly types: Types;
  readonly maps: Maps;
  readonly structs: StructSource;
}

/** Whether types decide anything in it. */
export function hasQueries(probe: ProbeBody): boolean {
  let found = false;
  const look = (node: AnyNode): boolean => {
    found ||= node.kind === "sizeof" || node.kind === "offsetof" || node.kind === "typeinfo" || node.kind === "comptime";
    return !found;
  };
  if (probe.predicate !== undefined) visit(probe.predicate, look);
  visit(probe.body, look);
  return found;
}

/** The same tree if nothing could be resolved. */
export function resolveQueries<N extends AnyNode>(cx: QueryContext, node: N): N {
  return resolve(cx, node) as N;
}

function resolve(cx: QueryContext, node: AnyNode): AnyNode {
  switch (node.kind) {
    case "sizeof":
      return resolveSizeof(cx, node);
    case "offsetof":
      return resolveOffsetof(cx, node);
    case "typeinfo":
      return resolveTypeinfo(cx, node);
    default:
      return mapChildren(node, (child) => resolve(cx, child));
  }
}

function operandType(cx: QueryContext, operand: Sizeof["operand"]): Type {
  if (!isTypeExpr(operand)) {
    const map = operand.kind === "map" ? cx.maps.get(operand.name) : undefined;
    return map?.isKeyed === true ? map.key.type : (cx.types.get(operand) ?? UNKNOWN);
  }
  const type = resolveType(operand, { structs: cx.structs, typeof: (inner) => operandType(cx, inner) });
  return type.kind === "unknown" ? UNKNOWN : type;
}

function resolveSizeof(cx: QueryContext, node: Sizeof): Expr {
  const type = operandType(cx, node.operand);
  return isUnknown(type) ? node : literal(BigInt(sizeOf(type)), node.span);
}

function resolveOffsetof(cx: QueryContext, node: Offsetof): Expr {
  let type = operandType(cx, node.operand);
  let offset = 0;
  for (const name of node.path) {
    const member = type.kind === "struct" ? cx.structs.member(type, name) : undefined;
    if (member === undefined) return node;
    offset += member.offsetBits;
    type = member.type;
  }
  return literal(BigInt(Math.floor(offset / 8)), node.span);
}

/** `btf_id` is 0 for types that no BTF describes. */
function resolveTypeinfo(cx: QueryContext, node: Typeinfo): Expr {
  const type = operandType(cx, node.operand);
  if (isUnknown(type)) return node;
  const { span } = node;
  return {
    kind: "record",
    span,
    fields: [
      field("btf_id", literal(BigInt(btfId(type)), span), span),
      field("base_type", literal(familyOf(type), span), span),
      field("full_type", literal(typeName(type), span), span),
    ],
  };
}

const field = (name: string, value: Expr, span: Span) => ({ kind: "record-field", span, name, value }) as const;

const btfId = (type: Type): number =>
  (type.kind === "struct" || type.kind === "enum") && type.source.origin === "btf" ? type.source.id : 0;
