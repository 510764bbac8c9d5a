import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineBuiltin } from "../language/builtin.js";

export const rand = defineBuiltin({
  name: "rand",
  doc: {
    summary: "A random number of 32 bits, a new one for each use.",
    example: "BEGIN { print(rand % 6 + 1); exit(); }",
  },
  type: UINT64,
  lower: (cx) => scalar(cx.b.extend(cx.b.call("get_prandom_u32", []), 32, false)),
});
