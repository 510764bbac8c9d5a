import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const strncmp = defineFunction({
  name: "strncmp",
  doc: {
    summary: "0 if the first bytes of two strings are the same, 1 if not.",
    example: 'BEGIN { print(strncmp("tsbt", comm, 2)); exit(); }',
  },
  params: [
    { name: "a", kind: "value", accepts: ["string"] },
    { name: "b", kind: "value", accepts: ["string"] },
    { name: "length", kind: "value" },
  ],
  result: UINT64,
  check: ({ call, literal, bag }: CallCheck) => {
    const length = literal(2);
    if (typeof length !== "bigint" || length < 0n) bag.error("strncmp-length", call.span, {});
  },
  lower: (cx, call) => {
    const [a, b] = call.args;
    const length = cx.literal(call, 2);
    if (a === undefined || b === undefined || typeof length !== "bigint")
      throw new Error("strncmp() has three arguments");
    return scalar(cx.b.compare("eq", cx.equalStrings(a, b, Number(length)), cx.b.int(0)));
  },
});
