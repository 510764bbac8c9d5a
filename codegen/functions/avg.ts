import { defineAggregation } from "../language/function.js";
import { addToTotal } from "./parts/total.js";

export const avg = defineAggregation({
  name: "avg",
  doc: { summary: "Averages integers.", example: "tracepoint:syscalls:sys_exit_read { @ = avg(args.ret); }" },
  aggregates: "avg",
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  update: addToTotal,
});
