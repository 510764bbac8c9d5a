import { scalar } from "../language/lowering.js";
import { BOOL } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const hasCpid = defineBuiltin({
  name: "has_cpid",
  doc: { summary: "Whether -c started a child.", example: "BEGIN { print(has_cpid); exit(); }" },
  type: BOOL,
  lower: (cx) => {
    const { childPid } = cx.context;
    if (childPid !== "later") return scalar(cx.b.int(childPid === undefined ? 0 : 1));
    return scalar(cx.b.compare("ne", cx.laterChild(), cx.b.int(0)));
  },
});
