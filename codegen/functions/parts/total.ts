/** `avg()` and `stats()`: a total and how many values it has. */
import type { Lowering } from "../../language/lowering.js";
import { COUNT_OFFSET, VALUE_OFFSET } from "../../vocabulary/aggregation-layout.js";
import type { Observation } from "../../language/function.js";

export function addToTotal(cx: Lowering, { entry, sample }: Observation): void {
  const n = sample();
  cx.b.store(entry, VALUE_OFFSET, 8, cx.b.add(cx.b.load(entry, VALUE_OFFSET, 8), n));
  cx.b.store(entry, COUNT_OFFSET, 8, cx.b.add(cx.b.load(entry, COUNT_OFFSET, 8), cx.b.int(1)));
}
