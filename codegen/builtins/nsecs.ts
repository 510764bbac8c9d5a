import { scalar } from "../lower/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "./define.js";

export const nsecs = defineBuiltin({
  name: "nsecs",
  doc: { summary: "Nanoseconds since boot, suspended time included.", example: "BEGIN { @start = nsecs; exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.call("ktime_get_boot_ns", [])),
});
