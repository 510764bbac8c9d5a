import { defineAggregation } from "../language/function.js";
import { keepBetter } from "./parts/extremum.js";

export const max = defineAggregation({
  name: "max",
  doc: { summary: "Keeps the largest integer.", example: "tracepoint:syscalls:sys_exit_read { @ = max(args.ret); }" },
  aggregates: "max",
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  update: keepBetter({ signed: "sgt", unsigned: "ugt" }),
});
