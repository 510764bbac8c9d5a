import { sayAtRunTime } from "../vocabulary/run-time-message.js";
import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const cpid = defineBuiltin({
  name: "cpid",
  hasEffects: true,
  doc: {
    summary: "Process id of the child that -c started; 0, with a warning, without one.",
    example: "BEGIN { print(cpid); exit(); }",
  },
  type: UINT64,
  lower: (cx, { span }) => {
    const { childPid } = cx.context;
    if (childPid !== undefined) return scalar(cx.b.int(childPid));
    const format = "No child command (`-c`); cpid is zero";
    sayAtRunTime(cx, { severity: "warnf", format, numbers: [], span });
    return scalar(cx.b.int(0));
  },
});
