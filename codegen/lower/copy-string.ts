/** Copying strings byte by byte, up to their NUL. */
import type { Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { placeOf } from "./equality.js";
import type { Place } from "../language/lowering.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** See {@link Lowering.copyString}. */
export function copyString(cx: ProbeLowering, expr: Expr, place: Place, capacity: number): Value {
  const { b } = cx;
  const bytes = stringBytes(cx, expr, place, capacity);
  return b.choose("ugt", bytes, b.int(0), { then: () => b.alu("sub", bytes, b.int(1)), otherwise: () => b.int(0) });
}

function stringBytes(cx: ProbeLowering, expr: Expr, place: Place, capacity: number): Value {
  const definition = expr.kind === "call" ? cx.language.functions.get(expr.name) : undefined;
  if (expr.kind === "call" && definition?.kind === "function" && definition.lowerText !== undefined) {
    return definition.lowerText(cx, expr, place);
  }
  const source = placeOf(cx, expr, cx.typeOf(expr));
  const read = cx.readString(place, cx.b.int(capacity), cx.addressOf(source), "kernel", expr.span);
  return cx.b.choose("eq", read, cx.b.int(capacity), {
    then: () => withLastByte(cx, source, place, capacity),
    otherwise: () => read,
  });
}

/** A string that fills all bytes of its type has no NUL, and gets one behind them. */
function withLastByte(cx: ProbeLowering, source: Place, place: Place, capacity: number): Value {
  const last = cx.b.load(source.base, source.offset + capacity - 1, 1);
  cx.b.store(place.base, place.offset + capacity - 1, 1, last);
  cx.b.store(place.base, place.offset + capacity, 1, cx.b.int(0));
  return cx.b.choose("ne", last, cx.b.int(0), {
    then: () => cx.b.int(capacity + 1),
    otherwise: () => cx.b.int(capacity),
  });
}
