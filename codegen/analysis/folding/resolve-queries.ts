/**
 * Constants that types decide (language.md 6.5, 17.3): once the operands' types are known, `sizeof`, `offsetof` and
 * `typeinfo` become literals, and `if comptime` loses its dead branch.
 */
import {
  type AnyNode,
  type Call,
  type Expr,
  mapChildren,
  type Offsetof,
  type Sizeof,
  type Span,
  type Typeinfo,
  visit,
} from "../../../grammar/index.js";
import type { KernelFacts } from "../../facts.js";
import type { FunctionDefinition } from "../../language/function.js";
import type { Language } from "../../language/language.js";
import type { ProbeContext } from "../../language/provider.js";
import { familyOf } from "../../types/families.js";
import { sizeOf } from "../../types/layout.js";
import { isTypeExpr, resolveType } from "../../types/named-types.js";
import type { StructSource } from "../../types/struct-source.js";
import { isIncomplete, type Type, typeName } from "../../types/type.js";
import type { Config } from "../../config.js";
import type { Types } from "../typing/infer.js";
import type { ProbeBody } from "../input.js";
import { isLiteral, literal, type LiteralValue } from "./literal.js";
import type { Locks, Names } from "./locks.js";
import { isUnknown, UNKNOWN } from "../names/slots.js";

export interface QueryContext {
  readonly language: Language;
  readonly context: ProbeContext;
  readonly config: Config;
  readonly facts: KernelFacts;
  readonly types: Types;
  readonly names: Names;
  readonly locks: Locks;
  /** Nothing else can be resolved: what has not its last type by now has to do with the one that it has. */
  readonly isForced: boolean;
  readonly structs: StructSource;
}

const QUERIES: ReadonlySet<AnyNode["kind"]> = new Set(["sizeof", "offsetof", "typeinfo", "comptime"]);

function constantOf({ functions }: Language, call: Call): FunctionDefinition["constant"] {
  const definition = functions.get(call.name);
  return definition?.kind === "function" ? definition.constant : undefined;
}

/** Whether types decide anything in it. */
export function hasQueries(language: Language, probe: ProbeBody): boolean {
  let found = false;
  const look = (node: AnyNode): boolean => {
    found ||= QUERIES.has(node.kind) || (node.kind === "call" && constantOf(language, node) !== undefined);
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
      return fromInside(cx, node, () => resolveSizeof(cx, node));
    case "offsetof":
      return fromInside(cx, node, () => resolveOffsetof(cx, node));
    case "typeinfo":
      return fromInside(cx, node, () => resolveTypeinfo(cx, node));
    case "call":
      return fromInside(cx, node, () => resolveCall(cx, node));
    default:
      return mapChildren(node, (child) => resolve(cx, child));
  }
}

/** What was resolved inside of it only now has its type in the next round. */
function fromInside(cx: QueryContext, node: Expr, resolveIt: () => Expr): AnyNode {
  const copied = mapChildren(node, (child) => resolve(cx, child));
  return copied === node ? locking(cx, node, resolveIt) : copied;
}

/** A constant that was made from a type locks it. */
function locking(cx: QueryContext, node: Expr, resolveIt: () => Expr): Expr {
  if (!cx.isForced && !cx.locks.isSettled(node, cx.names)) return node;
  const resolved = resolveIt();
  if (resolved !== node) cx.locks.add(node, cx.names);
  return resolved;
}

function operandType(cx: QueryContext, operand: Sizeof["operand"]): Type {
  if (!isTypeExpr(operand)) {
    const map = operand.kind === "map" ? cx.names.maps.get(operand.name) : undefined;
    return map?.isKeyed === true ? map.key.type : (cx.types.get(operand) ?? UNKNOWN);
  }
  const { structs, language } = cx;
  const names = { structs, words: language.typeWords, typeof: (inner: Sizeof["operand"]) => operandType(cx, inner) };
  const type = resolveType(operand, names);
  if (type.kind !== "unknown") return type;
  const name = operand.kind === "named-type" && operand.tag === undefined ? operand.name : "";
  return cx.structs.enumerator(name)?.type ?? UNKNOWN;
}

function resolveSizeof(cx: QueryContext, node: Sizeof): Expr {
  const type = operandType(cx, node.operand);
  return isUnknown(type) || isIncomplete(type) ? node : literal(BigInt(sizeOf(type)), node.span);
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

function resolveCall(cx: QueryContext, call: Call): Expr {
  const constant = constantOf(cx.language, call);
  if (constant === undefined) return call;
  const typeOf = (arg: Expr): Type => cx.types.get(arg) ?? UNKNOWN;
  const [first] = call.args;
  const isKeyed = first?.kind === "map" ? cx.names.maps.get(first.name)?.isKeyed : undefined;
  if (first?.kind !== "map" && call.args.some((arg) => isUnknown(typeOf(arg)))) return call;
  const value = constant({ ...cx, call, typeOf, isKeyed, literal: (i) => literalOf(call.args[i]) });
  return value === undefined ? call : literal(value, call.span);
}

const literalOf = (arg: Expr | undefined): LiteralValue | undefined =>
  arg !== undefined && isLiteral(arg) ? arg.value : undefined;

function resolveTypeinfo(cx: QueryContext, node: Typeinfo): Expr {
  const type = operandType(cx, node.operand);
  if (isUnknown(type)) return node;
  const { span } = node;
  return {
    kind: "record",
    span,
    fields: [
      field("btf_id", literal(0n, span), span),
      field("base_type", literal(familyOf(type), span), span),
      field("full_type", literal(typeName(type), span), span),
    ],
  };
}

const field = (name: string, value: Expr, span: Span) => ({ kind: "record-field", span, name, value }) as const;
