import { defineAggregation } from "../language/aggregation.js";
import { addToWord, foldWord, wordOf } from "./parts/slots.js";

export const count = defineAggregation({
  name: "count",
  doc: { summary: "Counts how often it is called.", example: "interval:ms:10 { @ = count(); exit(); }" },
  params: [],
  sign: "none",
  sample: "count()",
  layout: () => ({ kind: "number" }),
  update: (cx, { entry }) => addToWord(cx, entry, 0, cx.b.int(1)),
  reading: {
    fold: (cx, state, entry) => foldWord(cx, state, entry, 0),
    values: (cx, state) => [wordOf(cx, state, 0)],
  },
});
