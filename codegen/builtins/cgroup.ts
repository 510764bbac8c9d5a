import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const cgroup = defineBuiltin({
  name: "cgroup",
  doc: { summary: "Id of the current task's cgroup (version 2).", example: "BEGIN { print(cgroup); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.call("get_current_cgroup_id", [])),
});
