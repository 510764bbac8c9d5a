/** What the functions on strings take: strings, arrays of int8 and pointers to int8 (stdlib.md 9). */
import type { Expr } from "../../../grammar/index.js";
import type { Config } from "../../config.js";
import type { Lowering, Place } from "../../language/lowering.js";
import type { Value } from "../../ir/ir.js";
import { sizeOf } from "../../types/layout.js";
import { INT8, sameType, type Type } from "../../types/type.js";
import type { CallCheck } from "../../language/function.js";

/** Reports an argument that is none. */
export function checkStringLike({ call, typeOf, bag }: CallCheck, index: number): void {
  const argument = call.args[index];
  if (argument === undefined) return;
  const type = typeOf(argument);
  if (type.kind === "array") {
    if (!sameType(type.element, INT8)) bag.error("string-like-array", call.span, {});
  } else if (type.kind === "pointer") {
    if (!sameType(type.to, INT8)) bag.error("string-like-pointer", call.span, {});
  } else if (type.kind !== "string") bag.error("string-like", call.span, {});
}

/** The most bytes that one has, without a NUL. */
export const capacityOf = (type: Type, config: Config): number =>
  type.kind === "pointer" ? config.maxStrlen : sizeOf(type);

/**
 * Copies one to a place with room for its capacity and a NUL. What follows the NUL keeps what it held.
 * @returns the length without the NUL
 */
export function readStringLike(cx: Lowering, expr: Expr, to: Place): Value {
  const type = cx.typeOf(expr);
  const capacity = capacityOf(type, cx.config);
  if (type.kind !== "pointer") return cx.copyString(expr, to, capacity);
  const { b } = cx;
  const read = cx.readString(to, b.int(capacity + 1), cx.value(expr), type.space, expr.span);
  return b.choose("ugt", read, b.int(0), { then: () => b.alu("sub", read, b.int(1)), otherwise: () => b.int(0) });
}
