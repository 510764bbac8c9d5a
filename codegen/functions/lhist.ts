import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { defineAggregation } from "../language/aggregation.js";
import type { CallCheck } from "../language/function.js";
import { bumpBucket } from "./parts/buckets.js";

const MAX_BUCKETS = 1000n;

export const lhist = defineAggregation({
  name: "lhist",
  doc: {
    summary: "Counts values in buckets of one size.",
    example: "tracepoint:syscalls:sys_exit_read { @bytes = lhist(args.ret, 0, 1000, 100); }",
  },
  params: [
    { name: "n", kind: "value", accepts: ["int"] },
    { name: "min", kind: "value" },
    { name: "max", kind: "value" },
    { name: "step", kind: "value" },
  ],
  check: checkRange,
  sign: "none",
  sample: "lhist(rand %10, 0, 10, 1)",
  settings: {
    read: (literal) => settingsOf(integer(literal(1), 0n), integer(literal(2), 1n), integer(literal(3), 1n)),
    differs: "lhist-differs",
  },
  layout: ({ buckets }) => ({ kind: "buckets", count: buckets }),
  samplesFirst: true,
  update: (cx, { entry, sample, settings }) => {
    const index = linearBucket(cx.b, sample(), settings);
    bumpBucket(cx.b, entry, index, settings.buckets);
  },
});

type Range = ReturnType<typeof settingsOf>;

const integer = (literal: bigint | string | boolean | undefined, otherwise: bigint): bigint =>
  typeof literal === "bigint" ? literal : otherwise;

/** There is a bucket for what lies below, and one for what lies above. */
const settingsOf = (min: bigint, max: bigint, step: bigint) => ({
  min,
  max,
  step,
  buckets: step <= 0n ? 2 : Number((max - min) / step) + 2, // such a step was reported
});

function checkRange({ call, literal, bag }: CallCheck): void {
  const [min, max, step] = [literal(1), literal(2), literal(3)];
  if (typeof min !== "bigint" || min < 0n) return bag.error("lhist-negative", call.span, { which: "min" });
  if (typeof max !== "bigint" || max < 0n) return bag.error("lhist-negative", call.span, { which: "max" });
  if (typeof step !== "bigint" || step < 0n) return bag.error("lhist-step-literal", call.span, {});
  if (step === 0n) return bag.error("lhist-step", call.span, { step });
  if (min > max) return bag.error("lhist-order", call.span, { min, max });
  if ((max - min) / step > MAX_BUCKETS) return bag.error("lhist-buckets", call.span, { buckets: (max - min) / step });
  if (step > max - min) bag.error("lhist-step-range", call.span, { step, range: max - min });
}

/** output.md 6.4; the comparison is signed. */
function linearBucket(b: Builder, sample: Value, range: Range): Value {
  return b.choose("slt", sample, b.int(range.min), {
    then: () => b.int(0),
    otherwise: () =>
      b.choose("sge", sample, b.int(range.max), {
        then: () => b.int(range.buckets - 1),
        otherwise: () => b.add(b.alu("div", b.alu("sub", sample, b.int(range.min)), b.int(range.step)), b.int(1)),
      }),
  });
}
