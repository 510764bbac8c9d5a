/** `avg()` and `stats()`: a total and how many values it has. */
import type { Call } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../lower/lowering.js";
import { COUNT_OFFSET, VALUE_OFFSET } from "./aggregation-layout.js";
import { firstArgument } from "./define.js";

export function addToTotal(cx: Lowering, call: Call, entry: Value): void {
  const n = cx.value(firstArgument(call));
  cx.b.store(entry, VALUE_OFFSET, 8, cx.b.add(cx.b.load(entry, VALUE_OFFSET, 8), n));
  cx.b.store(entry, COUNT_OFFSET, 8, cx.b.add(cx.b.load(entry, COUNT_OFFSET, 8), cx.b.int(1)));
}
