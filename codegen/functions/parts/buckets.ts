/** Counting in the buckets of a histogram, an array of u64. */
import type { Builder } from "../../ir/builder.js";
import type { Value } from "../../ir/ir.js";

/** The bound is checked in the register that is then used as offset: the verifier asks for that. */
export function bumpBucket(b: Builder, entry: Value, index: Value, buckets: number): void {
  b.if("ult", index, b.int(buckets), {
    then: () => {
      const bucket = b.add(entry, b.alu("shl", index, b.int(3)));
      b.store(bucket, 0, 8, b.add(b.load(bucket, 0, 8), b.int(1)));
    },
  });
}
