import { defineAggregation } from "../language/aggregation.js";
import { IS_SET_OFFSET, setValueLayout, VALUE_OFFSET } from "./parts/set-value.js";
import { addToWord, foldWord, wordOf } from "./parts/slots.js";

export const sum = defineAggregation({
  name: "sum",
  doc: { summary: "Sums integers.", example: "tracepoint:syscalls:sys_exit_read { @bytes = sum(args.ret); }" },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "named",
  sample: "sum(retval)",
  layout: setValueLayout,
  update: (cx, { entry, sample }) => {
    const n = sample();
    addToWord(cx, entry, VALUE_OFFSET, n);
    cx.b.store(entry, IS_SET_OFFSET, 8, cx.b.int(1));
  },
  reading: {
    fold: (cx, state, entry) => foldWord(cx, state, entry, VALUE_OFFSET),
    values: (cx, state) => [wordOf(cx, state, VALUE_OFFSET)],
  },
});
