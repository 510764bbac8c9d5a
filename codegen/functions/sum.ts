import { IS_SET_OFFSET } from "../vocabulary/aggregation-layout.js";
import { defineAggregation } from "../language/function.js";

export const sum = defineAggregation({
  name: "sum",
  doc: { summary: "Sums integers.", example: "tracepoint:syscalls:sys_exit_read { @bytes = sum(args.ret); }" },
  aggregates: "sum",
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  update: (cx, { entry, sample }) => {
    const n = sample();
    cx.b.store(entry, 0, 8, cx.b.add(cx.b.load(entry, 0, 8), n));
    cx.b.store(entry, IS_SET_OFFSET, 8, cx.b.int(1));
  },
});
