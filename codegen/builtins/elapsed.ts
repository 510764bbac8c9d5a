import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const elapsed = defineBuiltin({
  name: "elapsed",
  doc: { summary: "Nanoseconds since the trace started.", example: "interval:ms:10 { print(elapsed > 0); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.alu("sub", cx.b.call("ktime_get_boot_ns", []), cx.runStart())),
});
