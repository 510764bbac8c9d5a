import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const numaid = defineBuiltin({
  name: "numaid",
  doc: { summary: "Number of the NUMA node that the probe fired on.", example: "BEGIN { print(numaid); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.extend(cx.b.call("get_numa_node_id", []), 32, false)),
});
