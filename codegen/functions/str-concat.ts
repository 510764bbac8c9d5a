import type { Expr } from "../../grammar/index.js";
import type { Lowering, Place } from "../language/lowering.js";
import { memory } from "../language/lowering.js";
import type { Value } from "../ir/ir.js";
import { string } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";
import { capacityOf, checkStringLike, readStringLike } from "./parts/string-like.js";

/** Whatever `max_strlen` is. */
const RESULT_BYTES = 1024;

export const strConcat = defineFunction({
  name: "str_concat",
  isMacro: true,
  doc: {
    summary: "One string behind another.",
    example: 'BEGIN { print(str_concat(comm, "!")); exit(); }',
  },
  params: [
    { name: "first", kind: "value" },
    { name: "second", kind: "value" },
  ],
  result: string(RESULT_BYTES),
  check: (call: CallCheck) => {
    checkStringLike(call, 0);
    checkStringLike(call, 1);
  },
  lower: (cx, call) => {
    const [first, second] = call.args;
    if (first === undefined || second === undefined) throw new Error("str_concat() has two arguments");
    return memory(concatenate(cx, first, second));
  },
});

/** What the second one has too much is cut off in the end: until then it has room behind the result. */
function concatenate(cx: Lowering, first: Expr, second: Expr): Place {
  const { b } = cx;
  const room = RESULT_BYTES + capacityOf(cx.typeOf(second), cx.config) + 1;
  const firstRoom = capacityOf(cx.typeOf(first), cx.config) + 1;
  const place = cx.temporary(Math.max(room, firstRoom), 8, "str_concat");
  b.zero(place.base, place.offset, RESULT_BYTES, place.align);
  const length = atMost(cx, readStringLike(cx, first, place), RESULT_BYTES - 1);
  readStringLike(cx, second, { base: b.add(cx.addressOf(place), length), offset: 0, align: 1 });
  b.store(place.base, place.offset + RESULT_BYTES - 1, 1, b.int(0));
  return place;
}

const atMost = (cx: Lowering, value: Value, most: number): Value =>
  cx.b.choose("ult", value, cx.b.int(most), { then: () => value, otherwise: () => cx.b.int(most) });
