import { defineAggregation } from "../language/function.js";
import { keepBetter } from "./parts/extremum.js";

export const min = defineAggregation({
  name: "min",
  doc: { summary: "Keeps the smallest integer.", example: "tracepoint:syscalls:sys_exit_read { @ = min(args.ret); }" },
  aggregates: "min",
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  update: keepBetter({ signed: "slt", unsigned: "ult" }),
});
