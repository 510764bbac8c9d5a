import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const uid = defineBuiltin({
  name: "uid",
  doc: { summary: "User id of the current task.", example: "BEGIN { print(uid); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.extend(cx.b.call("get_current_uid_gid", []), 32, false)),
});
