import { defineAggregation } from "../language/aggregation.js";
import { addToTotal, foldTotal, totalLayout, totalOf } from "./parts/total.js";

export const avg = defineAggregation({
  name: "avg",
  doc: { summary: "Averages integers.", example: "tracepoint:syscalls:sys_exit_read { @ = avg(args.ret); }" },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "named",
  sample: "avg(retval)",
  layout: totalLayout,
  update: addToTotal,
  reading: { fold: foldTotal, values: (...of) => [totalOf(...of).average] },
});
