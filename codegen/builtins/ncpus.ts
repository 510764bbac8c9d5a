import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const ncpus = defineBuiltin({
  name: "ncpus",
  doc: { summary: "Number of CPUs that the machine can have.", example: "BEGIN { print(ncpus); exit(); }" },
  type: UINT64,
  lower: (cx) => scalar(cx.b.int(cx.facts.possibleCpus)),
});
