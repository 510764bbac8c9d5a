import { scalar } from "../lower/lowering.js";
import { UINT32 } from "../types/type.js";
import { defineBuiltin } from "./define.js";

export const tid = defineBuiltin({
  name: "tid",
  doc: { summary: "Thread id of the current task.", example: "BEGIN { print(tid); exit(); }" },
  type: UINT32,
  lower: (cx) => scalar(cx.b.extend(cx.b.call("get_current_pid_tgid", []), 32, false)),
});
