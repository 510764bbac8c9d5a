import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { lhistBuckets, type LinearRange } from "../vocabulary/aggregation-layout.js";
import { bumpBucket } from "./parts/buckets.js";
import { type CallCheck, defineAggregation } from "../language/function.js";

const MAX_BUCKETS = 1000n;

export const lhist = defineAggregation({
  name: "lhist",
  doc: {
    summary: "Counts values in buckets of one size.",
    example: "tracepoint:syscalls:sys_exit_read { @bytes = lhist(args.ret, 0, 1000, 100); }",
  },
  aggregates: "lhist",
  params: [
    { name: "n", kind: "value", accepts: ["int"] },
    { name: "min", kind: "value" },
    { name: "max", kind: "value" },
    { name: "step", kind: "value" },
  ],
  check: checkRange,
  samplesFirst: true,
  update: (cx, { call, entry, sample }) => {
    const range = {
      min: integer(cx.literal(call, 1)),
      max: integer(cx.literal(call, 2)),
      step: integer(cx.literal(call, 3)),
    };
    const index = linearBucket(cx.b, sample(), range);
    bumpBucket(cx.b, entry, index, lhistBuckets(range));
  },
});

const integer = (literal: bigint | string | boolean | undefined): bigint =>
  typeof literal === "bigint" ? literal : 0n;

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
function linearBucket(b: Builder, sample: Value, range: LinearRange): Value {
  return b.choose("slt", sample, b.int(range.min), {
    then: () => b.int(0),
    otherwise: () =>
      b.choose("sge", sample, b.int(range.max), {
        then: () => b.int(lhistBuckets(range) - 1),
        otherwise: () => b.add(b.alu("div", b.alu("sub", sample, b.int(range.min)), b.int(range.step)), b.int(1)),
      }),
  });
}
