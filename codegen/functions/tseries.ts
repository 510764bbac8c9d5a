import { didYouMean } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../language/lowering.js";
import { familyOf } from "../types/families.js";
import type { AggregationType } from "../types/type.js";
import { defineAggregation, type Literals, type Moment, type Observation } from "../language/aggregation.js";
import type { CallCheck } from "../language/function.js";

const MAX_INTERVALS = 1_000_000n;

/** What is kept of each interval; `last` unless another is asked for. */
const HOWS = ["avg", "max", "min", "sum"] as const;
type How = (typeof HOWS)[number] | "last";

type Settings = {
  readonly intervalNs: bigint;
  readonly intervals: bigint;
  readonly how: How;
};

/** The value, what it takes to combine it with others (a time, a count, whether it is set), the interval since 1970. */
const OFFSETS = { value: 0, meta: 8, epoch: 16 } as const;

export const tseries = defineAggregation({
  name: "tseries",
  unstable: "tseries",
  doc: {
    summary: "Keeps the values of the last intervals of time.",
    example: 'interval:ms:10 { @ = tseries(rand % 10, 1ms, 20, "max"); exit(); }',
  },
  params: [
    { name: "n", kind: "value", accepts: ["int"] },
    { name: "interval_ns", kind: "value" },
    { name: "num_intervals", kind: "value" },
    { name: "aggregation", kind: "value", isOptional: true },
  ],
  check: checkBounds,
  sign: "kept",
  sample: "tseries(rand %10, 10s, 1)",
  settings: { read: readSettings, differs: "tseries-differs", sameSamples: true },
  layout: () => ({
    kind: "struct",
    members: [
      { name: "value", hasSign: true },
      { name: "meta", hasSign: false },
      { name: "epoch", hasSign: false },
    ],
  }),
  moment: readMoment,
  update: addToInterval,
});

function checkBounds({ call, literal, typeOf, bag }: CallCheck): void {
  const { name } = call;
  const [interval, intervals, how] = [literal(1), literal(2), literal(3)];
  if (typeof interval !== "bigint" || interval < 0n) {
    return bag.error("tseries-literal", call.span, { which: "interval_ns" });
  }
  if (typeof intervals !== "bigint" || intervals < 0n) {
    return bag.error("tseries-literal", call.span, { which: "num_intervals" });
  }
  if (interval === 0n) return bag.error("tseries-minimum", call.span, { which: "interval_ns", given: interval });
  if (intervals === 0n) return bag.error("tseries-minimum", call.span, { which: "num_intervals", given: intervals });
  if (intervals > MAX_INTERVALS) return bag.error("tseries-maximum", call.span, { given: intervals });
  const written = call.args[3];
  if (written === undefined) return;
  if (typeof how !== "string") {
    return bag.error("argument-literal", call.span, { name, wanted: "string", given: familyOf(typeOf(written)) });
  }
  if (!HOWS.some((known) => known === how)) {
    const help = () => ({ hints: didYouMean(how, HOWS) });
    bag.error("tseries-aggregation", call.span, { given: how }, { mark: written.span, help });
  }
}

function readSettings(literal: Literals): Settings {
  const [intervalNs, intervals, how] = [literal(1), literal(2), literal(3)];
  return {
    intervalNs: typeof intervalNs === "bigint" ? intervalNs : 1n,
    intervals: typeof intervals === "bigint" ? intervals : 1n,
    how: HOWS.find((known) => known === how) ?? "last",
  };
}

/** An interval has a number, its epoch; it shares a bucket with those that are so many intervals away. */
function readMoment(cx: Lowering, { intervalNs, intervals }: Settings): Moment {
  const { b } = cx;
  const now = cx.dummyClock() ?? b.add(b.call("ktime_get_boot_ns", []), cx.bootToTai());
  const epoch = b.alu("div", now, b.int(intervalNs));
  return { now, epoch, bucket: b.alu("mod", epoch, b.int(intervals)) };
}

function addToInterval(cx: Lowering, { entry, type, settings, moment, sample }: Observation<Settings>): void {
  if (moment === undefined) throw new Error("tseries() needs the time");
  const { b } = cx;
  const { how } = settings;
  const { value, meta, epoch } = OFFSETS;
  const n = sample();
  const store = (offset: number, stored: Value): void => b.store(entry, offset, 8, stored);
  const add = (offset: number, added: Value): void => store(offset, b.add(b.load(entry, offset, 8), added));
  if (how !== "last") {
    b.if("ne", b.load(entry, epoch, 8), moment.epoch, { then: () => b.zero(entry, 0, epoch, 8) });
  }
  switch (how) {
    case "last":
      store(value, n);
      store(meta, moment.now);
      break;
    case "avg":
    case "sum":
      add(value, n);
      add(meta, b.int(1));
      break;
    case "min":
    case "max":
      keepExtreme(cx, entry, n, how, type);
      break;
  }
  store(epoch, moment.epoch);
}

function keepExtreme(cx: Lowering, entry: Value, n: Value, how: "min" | "max", { isSigned }: AggregationType): void {
  const { b } = cx;
  const { value, meta } = OFFSETS;
  const take = (): void => {
    b.store(entry, value, 8, n);
    b.store(entry, meta, 8, b.int(1));
  };
  const order = how === "min" ? "lt" : "gt";
  b.if("eq", b.load(entry, meta, 8), b.int(0), {
    then: take,
    otherwise: () => b.if(`${isSigned ? "s" : "u"}${order}`, n, b.load(entry, value, 8), { then: take }),
  });
}
