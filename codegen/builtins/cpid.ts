import { sayAtRunTime } from "../vocabulary/run-time-message.js";
import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

const NO_CHILD = "No child command (`-c`); cpid is zero";

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
    const warn = (): void => sayAtRunTime(cx, { severity: "warnf", format: NO_CHILD, numbers: [], span });
    if (childPid === "later") {
      const pid = cx.laterChild();
      cx.b.if("eq", pid, cx.b.int(0), { then: warn });
      return scalar(pid);
    }
    if (childPid === undefined) warn();
    return scalar(cx.b.int(childPid ?? 0));
  },
});
