/** Explicit casts (language.md 8.6). */
import type { Cast, Expr } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { alignUp, sizeOf } from "../types/layout.js";
import { isScalar, sameType, type Type } from "../types/type.js";
import { convertScalar } from "./convert.js";
import { placeOf } from "./equality.js";
import { memory, type Operand, scalar } from "../language/lowering.js";
import { loadScalar, storeScalar } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function lowerCast(cx: ProbeLowering, node: Cast): Operand {
  const to = cx.typeOf(node);
  const from = cx.typeOf(node.operand);
  if (sameType(from, to)) return cx.operand(node.operand);
  if (isScalar(to)) return scalar(castToScalar(cx, node.operand, to));
  return isScalar(from) ? integerToArray(cx, node.operand, from, to) : memory(cx.inMemory(node.operand, to));
}

export function castToScalar(cx: ProbeLowering, operand: Expr, to: Type): Value {
  const from = cx.typeOf(operand);
  if (isScalar(from)) return convertScalar(cx.b, numberFrom(cx, cx.value(operand), from, to), from, to);
  const place = placeOf(cx, operand, from);
  if (to.kind === "pointer") return cx.addressAsNumber(place);
  if (from.kind === "string") return cx.b.compare("ne", cx.b.load(place.base, place.offset, 1), cx.b.int(0));
  if (from.kind === "array") return loadScalar(cx, place, to);
  throw new InternalError("lower", `cast from ${from.kind} to ${to.kind}`, operand.span);
}

/** What becomes a number is going to be calculated with. */
const numberFrom = (cx: ProbeLowering, value: Value, from: Type, to: Type): Value =>
  cx.context.isTyped && from.kind === "pointer" && to.kind !== "pointer" && to.kind !== "bool"
    ? cx.asNumber(value)
    : value;

/** Little-endian memory order; what is larger than the integer is its extension. */
function integerToArray(cx: ProbeLowering, operand: Expr, from: Type, to: Type): Operand {
  const place = cx.temporary(alignUp(sizeOf(to), 8), 8, "array");
  cx.b.zero(place.base, place.offset, alignUp(sizeOf(to), 8), 8);
  const wide: Type = from.kind === "int" ? { ...from, bytes: 8 } : from;
  storeScalar(cx, place, wide, cx.value(operand));
  return memory(place);
}
