import { defineAggregation } from "../language/function.js";

export const count = defineAggregation({
  name: "count",
  doc: { summary: "Counts how often it is called.", example: "interval:ms:10 { @ = count(); exit(); }" },
  aggregates: "count",
  params: [],
  update: (cx, { entry }) => cx.b.store(entry, 0, 8, cx.b.add(cx.b.load(entry, 0, 8), cx.b.int(1))),
});
