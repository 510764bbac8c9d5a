import { defineAggregation } from "../language/aggregation.js";
import { addToTotal, foldTotal, totalLayout, totalOf } from "./parts/total.js";

export const stats = defineAggregation({
  name: "stats",
  doc: {
    summary: "Counts, averages and sums integers.",
    example: "tracepoint:syscalls:sys_exit_read { @ = stats(args.ret); }",
  },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "named",
  sample: "stats(arg2)",
  layout: totalLayout,
  update: addToTotal,
  reading: {
    fields: [
      { name: "count", hasSign: false },
      { name: "average", hasSign: true },
      { name: "total", hasSign: true },
    ],
    fold: foldTotal,
    values: (...of) => {
      const { count, average, total } = totalOf(...of);
      return [count, average, total];
    },
  },
});
