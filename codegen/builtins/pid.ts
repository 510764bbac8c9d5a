import { scalar } from "../lower/lowering.js";
import { UINT32 } from "../types/type.js";
import { defineBuiltin } from "./define.js";

export const pid = defineBuiltin({
  name: "pid",
  doc: { summary: "Process id (thread group id) of the current task.", example: "BEGIN { print(pid); exit(); }" },
  type: UINT32,
  lower: (cx) => scalar(cx.b.alu("shr", cx.b.call("get_current_pid_tgid", []), cx.b.int(32))),
});
