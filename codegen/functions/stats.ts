import { defineAggregation } from "../language/function.js";
import { addToTotal } from "./parts/total.js";

export const stats = defineAggregation({
  name: "stats",
  doc: {
    summary: "Counts, averages and sums integers.",
    example: "tracepoint:syscalls:sys_exit_read { @ = stats(args.ret); }",
  },
  aggregates: "stats",
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  update: addToTotal,
});
