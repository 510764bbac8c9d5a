import type { Call, Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, memory } from "../language/lowering.js";
import { clockOf } from "../types/promote.js";
import type { Clock } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

/** As a `timestamp` carries it to user space. */
export const CLOCK_NUMBERS: { readonly [C in Clock]: number } = { boot: 0, monotonic: 1, tai: 2, sw_tai: 3 };

/** u32 number of the format, u32 clock, u64 nanoseconds. */
const TIMESTAMP = { bytes: 16, format: 0, clock: 4, ns: 8 } as const;

export const strftime = defineFunction({
  name: "strftime",
  doc: {
    summary:
      "A time as text. Besides what the C library knows, `%f` is microseconds, `%k` nanoseconds, `%l` milliseconds.",
    example: 'BEGIN { print(strftime("%H:%M:%S.%f", nsecs)); exit(); }',
  },
  params: [
    { name: "format", kind: "literal", accepts: ["string"] },
    { name: "time", kind: "value", accepts: ["int"] },
  ],
  result: { kind: "timestamp" },
  check: checkTime,
  lower: (cx, call) => {
    const place = cx.temporary(TIMESTAMP.bytes, 8, "timestamp");
    const { b } = cx;
    const ns = nanoseconds(cx, call);
    b.store(place.base, place.offset + TIMESTAMP.format, 4, b.int(cx.intern(String(cx.literal(call, 0)))));
    b.store(place.base, place.offset + TIMESTAMP.clock, 4, b.int(CLOCK_NUMBERS[clockOf(cx.typeOf(timeOf(call)))]));
    b.store(place.base, place.offset + TIMESTAMP.ns, 8, ns);
    return memory(place);
  },
});

function timeOf({ args: [, time] }: Call): Expr {
  if (time === undefined) throw new Error("strftime() without a time");
  return time;
}

function checkTime({ call, typeOf, literal, bag }: CallCheck): void {
  const ns = literal(1);
  if (clockOf(typeOf(timeOf(call))) === "monotonic") bag.error("strftime-monotonic", call.span, {});
  else if (typeof ns === "bigint" && ns < 0n) bag.error("strftime-negative", call.span, {});
}

/** A negative number is large, as wide as it is. */
function nanoseconds(cx: Lowering, call: Call): Value {
  const time = timeOf(call);
  const type = cx.typeOf(time);
  const value = cx.value(time);
  if ((type.kind !== "int" && type.kind !== "enum") || !type.isSigned || type.bytes === 8) return value;
  return cx.b.extend(value, (type.bytes * 8) as 8 | 16 | 32, false);
}
