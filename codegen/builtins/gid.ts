import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const gid = defineBuiltin({
  name: "gid",
  doc: { summary: "Group id of the current task.", example: "BEGIN { print(gid); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.alu("shr", cx.b.call("get_current_uid_gid", []), cx.b.int(32))),
});
