import { defineAggregation } from "../language/aggregation.js";
import { extremum } from "./parts/extremum.js";

export const min = defineAggregation({
  name: "min",
  doc: { summary: "Keeps the smallest integer.", example: "tracepoint:syscalls:sys_exit_read { @ = min(args.ret); }" },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "named",
  sample: "min(retval)",
  ...extremum({ signed: "slt", unsigned: "ult" }),
});
