/**
 * Addresses that helpers ask the verifier about. What a program has read with a helper is a number; what it loads itself,
 * from a typed context and from what that points to, is the address of something that the verifier knows.
 */
import type { Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { pointsToContext } from "../types/promote.js";
import type { Member } from "../types/struct-source.js";
import type { Type } from "../types/type.js";
import { pointerOfContext } from "./fields.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { addressAndSpace } from "./reads.js";

/** See {@link Lowering.withObject}. */
export function withObject(cx: ProbeLowering, expr: Expr, use: (address: Value) => void): void {
  const path = pathTo(cx, expr);
  const [first, second, ...rest] = cx.typeOf(expr).kind === "pointer" ? [...(path ?? []), 0] : (path ?? []);
  if (first === undefined || second === undefined) return use(addressAndSpace(cx, expr).address);
  follow(cx, pointerOfContext(cx, { base: cx.contextPointer(), offset: first }), [second, ...rest], use);
}

/** From the context: at each offset but the last is a pointer that leads on. Undefined: it begins elsewhere. */
function pathTo(cx: ProbeLowering, expr: Expr): readonly number[] | undefined {
  if (expr.kind === "cast") return pathTo(cx, expr.operand);
  if (expr.kind !== "field" || typeof expr.name !== "string") return undefined;
  const type = cx.typeOf(expr.object);
  const member = memberNamed(cx, type, expr.name);
  if (member === undefined || member.bitSize !== undefined) return undefined;
  const offset = member.offsetBits / 8;
  if (pointsToContext(type)) return [offset];
  const before = pathTo(cx, expr.object);
  if (before === undefined) return undefined;
  if (type.kind === "pointer") return [...before, offset];
  return [...before.slice(0, -1), (before.at(-1) ?? 0) + offset];
}

function memberNamed(cx: ProbeLowering, type: Type, name: string): Member | undefined {
  const struct = type.kind === "pointer" ? type.to : type;
  return struct.kind === "struct" ? cx.structs.member(struct, name) : undefined;
}

function follow(
  cx: ProbeLowering,
  base: Value,
  [offset = 0, ...rest]: readonly number[],
  use: (address: Value) => void,
): void {
  const { b } = cx;
  if (rest.length === 0) return use(offset === 0 ? base : b.add(base, b.int(offset)));
  b.ifNotNull(b.loadPointer("memory-or-null", base, offset), { found: (object) => follow(cx, object, rest, use) });
}
