import type { Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering, Place } from "../language/lowering.js";
import { scalar } from "../language/lowering.js";
import { isCastAllowed } from "../types/casts.js";
import { sizeOf } from "../types/layout.js";
import { INT32, typeName, UINT64 } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const memcmp = defineFunction({
  name: "memcmp",
  isMacro: true,
  doc: {
    summary: "Compares the first bytes of two values: 0, or the difference of the first bytes that differ.",
    example: "BEGIN { print(memcmp((1, 2), (1, 3), 2)); exit(); }",
  },
  params: [
    { name: "a", kind: "value" },
    { name: "b", kind: "value" },
    { name: "count", kind: "value" },
  ],
  result: INT32,
  check: ({ call, typeOf, bag }: CallCheck) => {
    for (const type of call.args.slice(0, 2).map(typeOf))
      if (type.kind === "void") return bag.error("value-to-variable", call.span, { type: typeName(type) });
    const count = call.args[2];
    const type = count === undefined ? UINT64 : typeOf(count);
    if (!isCastAllowed(type, UINT64)) bag.error("cast-refused", call.span, { from: typeName(type), to: "uint64" });
  },
  lower: (cx, call) => {
    const [a, b, count] = call.args;
    if (a === undefined || b === undefined || count === undefined) throw new Error("memcmp() has three arguments");
    return scalar(difference(cx, a, b, count));
  },
});

/** Nothing is read behind the smaller of the two. */
function difference(cx: Lowering, left: Expr, right: Expr, count: Expr): Value {
  const { b } = cx;
  const bytes = Math.min(sizeOf(cx.typeOf(left)), sizeOf(cx.typeOf(right)));
  const [first, second] = [sharedCopy(cx, left), sharedCopy(cx, right)];
  const result = cx.sharedMemory(8);
  const store = (value: Value): void => cx.b.store(result().base, result().offset, 8, value);
  store(b.int(0));
  const wanted = cx.value(count);
  const turns = b.choose("ult", wanted, b.int(bytes), { then: () => wanted, otherwise: () => b.int(bytes) });
  cx.repeat(turns, (turn, stop) => {
    const { b } = cx;
    b.if("uge", turn, b.int(bytes), { then: stop });
    const [x, y] = [byteAt(cx, first, turn), byteAt(cx, second, turn)];
    b.if("ne", x, y, {
      then: () => {
        store(b.alu("sub", x, y));
        stop();
      },
    });
  });
  return cx.b.load(result().base, result().offset, 8);
}

function sharedCopy(cx: Lowering, expr: Expr): () => Place {
  const type = cx.typeOf(expr);
  const place = cx.sharedMemory(sizeOf(type));
  cx.into(expr, type, place());
  return place;
}

const byteAt = (cx: Lowering, place: () => Place, index: Value): Value =>
  cx.b.load(cx.b.add(cx.addressOf(place()), index), 0, 1, true);
