import { defineAggregation } from "../language/aggregation.js";
import { extremum } from "./parts/extremum.js";

export const max = defineAggregation({
  name: "max",
  doc: { summary: "Keeps the largest integer.", example: "tracepoint:syscalls:sys_exit_read { @ = max(args.ret); }" },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "named",
  sample: "max(retval)",
  ...extremum({ signed: "sgt", unsigned: "ugt" }),
});
