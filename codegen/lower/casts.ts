/** Explicit casts (language.md 8.6). */
import type { Cast, Expr } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import { alignUp, sizeOf } from "../types/layout.js";
import { isScalar, type Type } from "../types/type.js";
import { convertScalar } from "./convert.js";
import { placeOf } from "./equality.js";
import { memory, type Operand, scalar } from "./lowering.js";
import { loadScalar, storeScalar } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function lowerCast(cx: ProbeLowering, node: Cast): Operand {
  const to = cx.typeOf(node);
  const from = cx.typeOf(node.operand);
  if (isScalar(from))
    return isScalar(to) ? castScalar(cx, node.operand, from, to) : integerToArray(cx, node.operand, from, to);
  if (!isScalar(to)) return memory(cx.inMemory(node.operand, to));
  const place = placeOf(cx, node.operand, from);
  if (to.kind === "pointer") return scalar(cx.addressOf(place));
  if (from.kind === "string") return scalar(cx.b.compare("ne", cx.b.load(place.base, place.offset, 1), cx.b.int(0)));
  if (from.kind === "array") return scalar(loadScalar(cx, place, to));
  throw new InternalError("lower", `cast from ${from.kind} to ${to.kind}`, node.span);
}

function castScalar(cx: ProbeLowering, operand: Expr, from: Type, to: Type): Operand {
  return scalar(convertScalar(cx.b, cx.value(operand), from, to));
}

/** Little-endian memory order; what is larger than the integer is its extension. */
function integerToArray(cx: ProbeLowering, operand: Expr, from: Type, to: Type): Operand {
  const place = cx.temporary(alignUp(sizeOf(to), 8), 8, "array");
  cx.b.zero(place.base, place.offset, alignUp(sizeOf(to), 8), 8);
  const wide: Type = from.kind === "int" ? { ...from, bytes: 8 } : from;
  storeScalar(cx, place, wide, cx.value(operand));
  return memory(place);
}
