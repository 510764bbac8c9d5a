import { scalar } from "../lower/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "./define.js";

export const cpid = defineBuiltin({
  name: "cpid",
  doc: {
    summary: "Process id of the child that -c started; 0 without one.",
    example: "BEGIN { print(cpid); exit(); }",
  },
  type: UINT64,
  lower: (cx) => scalar(cx.b.int(cx.context.childPid ?? 0)),
});
