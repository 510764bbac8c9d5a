import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const jiffies = defineBuiltin({
  name: "jiffies",
  doc: { summary: "Ticks of the kernel's clock.", example: "BEGIN { print(jiffies); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.call("jiffies64", [])),
});
