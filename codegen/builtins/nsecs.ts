/** `nsecs`, and the other clocks that it may be asked for by name (stdlib.md 7). */
import { type Call, didYouMean } from "../../grammar/index.js";
import { type CallCheck, type CallTyping, defineFunction } from "../language/function.js";
import type { Value } from "../ir/ir.js";
import { type Lowering, scalar } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import { type Clock, type Type, UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

const READ: { readonly [C in Clock]: (cx: Lowering) => Value } = {
  boot: (cx) => cx.b.call("ktime_get_boot_ns", []),
  monotonic: (cx) => cx.b.call("ktime_get_ns", []),
  tai: (cx) => cx.b.call("ktime_get_tai_ns", []),
  sw_tai: (cx) => cx.b.add(cx.b.call("ktime_get_boot_ns", []), cx.bootToTai()),
};

const read = (cx: Lowering, clock: Clock): Value => cx.dummyClock() ?? READ[clock](cx);

export const nsecs = defineBuiltin({
  name: "nsecs",
  doc: { summary: "Nanoseconds since boot, suspended time included.", example: "BEGIN { @start = nsecs; exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(read(cx, "boot")),
});

export const nsecsOf = defineFunction({
  name: "nsecs",
  doc: {
    summary:
      "Nanoseconds of a clock: `boot`, `monotonic` (without suspended time), `tai` (since 1970), or `sw_tai`, which is made " +
      "from `boot` for kernels without the other.",
    example: 'BEGIN { print(strftime("%F %T", nsecs(sw_tai))); exit(); }',
  },
  params: [{ name: "clock", kind: "name", isOptional: true }],
  result: typeOfClock,
  check: checkClock,
  lower: (cx, call) => scalar(read(cx, clockOf(call) ?? "boot")),
});

function clockOf({ args: [word] }: Call): Clock | undefined {
  return word?.kind === "identifier" && Object.hasOwn(READ, word.name) ? (word.name as Clock) : undefined;
}

/** The type remembers the clock. */
function typeOfClock({ call }: CallTyping): Type {
  const clock = clockOf(call);
  return clock === undefined || clock === "boot" ? UINT64 : { ...UINT64, clock };
}

function checkClock({ call, typeOf, facts, bag }: CallCheck): void {
  const [word] = call.args;
  if (word === undefined) return;
  if (word.kind !== "identifier") {
    const given = familyOf(typeOf(word));
    return bag.error("argument-type", call.span, { name: call.name, wanted: "timestamp_mode", given });
  }
  const clock = clockOf(call);
  if (clock === undefined) {
    const help = () => ({ hints: didYouMean(word.name, Object.keys(READ)) });
    bag.error("clock-unknown", word.span, { word: word.name }, { help });
  } else if (clock === "tai" && !facts.supports("ktime-tai")) bag.error("clock-tai-missing", call.span, {});
}
