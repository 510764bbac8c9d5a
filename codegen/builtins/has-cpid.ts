import { scalar } from "../language/lowering.js";
import { BOOL } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const hasCpid = defineBuiltin({
  name: "has_cpid",
  doc: { summary: "Whether -c started a child.", example: "BEGIN { print(has_cpid); exit(); }" },
  type: BOOL,
  lower: (cx) => scalar(cx.b.int(cx.context.childPid === undefined ? 0 : 1)),
});
