import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { defineAggregation } from "../language/aggregation.js";
import { bumpBucket } from "./parts/buckets.js";

const MAX_HIST_BITS = 5;

export const hist = defineAggregation({
  name: "hist",
  doc: {
    summary: "Counts values in power-of-two buckets.",
    example: "tracepoint:syscalls:sys_exit_read { @bytes = hist(args.ret); }",
  },
  params: [
    { name: "n", kind: "value", accepts: ["int"] },
    { name: "bits", kind: "literal", accepts: ["int"], isOptional: true },
  ],
  check: ({ call, literal, bag }) => {
    const bits = literal(1);
    if (typeof bits === "bigint" && (bits < 0n || bits > BigInt(MAX_HIST_BITS))) {
      bag.error("hist-bits", call.span, { bits });
    }
  },
  sign: "none",
  sample: "hist(retval)",
  settings: { read: (literal) => settingsOf(Number(literal(1) ?? 0n)), differs: "hist-differs" },
  layout: ({ buckets }) => ({ kind: "buckets", count: buckets }),
  samplesFirst: true,
  update: (cx, { call, entry, sample, settings: { bits, buckets } }) => {
    const index = cx.compute(call, `hist_bucket_${bits}`, [sample()] as const, ([n]) => log2Bucket(cx.b, n, bits));
    bumpBucket(cx.b, entry, index, buckets);
  },
});

/** The largest sample, 2^63 - 1, falls into the last bucket. @param bits - of extra precision */
const settingsOf = (bits: number) => ({ bits, buckets: ((62 - bits) << bits) + 2 * (1 << bits) + 1 });

/**
 * The bucket of a sample (output.md 6.3): 0 for negative ones, v + 1 below 2N, then N linear
 * buckets for each power of two, N = 2^bits.
 */
function log2Bucket(b: Builder, sample: Value, bits: number): Value {
  const n = 1 << bits;
  return b.choose("slt", sample, b.int(0), {
    then: () => b.int(0),
    otherwise: () =>
      b.choose("ult", sample, b.int(2 * n), {
        then: () => b.add(sample, b.int(1)),
        otherwise: () => {
          const power = b.alu("sub", log2(b, sample), b.int(bits));
          const linear = b.add(b.alu("shr", sample, power), b.int(1));
          return b.add(b.alu("shl", power, b.int(bits)), linear);
        },
      }),
  });
}

/**
 * Position of the highest set bit, by halving; `value` is above 0 and below 2^63. There are no branches: the verifier
 * would follow both ways of each, and the processor could not guess them.
 */
function log2(b: Builder, value: Value): Value {
  let rest = value;
  let log = b.int(0);
  for (const exponent of [5, 4, 3, 2, 1, 0]) {
    const largestBelow = b.int((1n << (1n << BigInt(exponent))) - 1n);
    const isAbove = b.alu("shr", b.alu("sub", largestBelow, rest), b.int(63)); // the sign of the difference
    const by = b.alu("shl", isAbove, b.int(exponent));
    log = b.add(log, by);
    rest = b.alu("shr", rest, by);
  }
  return log;
}
