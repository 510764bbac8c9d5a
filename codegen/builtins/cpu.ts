import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const cpu = defineBuiltin({
  name: "cpu",
  doc: { summary: "Number of the CPU that the probe fired on.", example: "BEGIN { print(cpu); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.extend(cx.b.call("get_smp_processor_id", []), 32, false)),
});
