import { scalar } from "../language/lowering.js";
import { UINT64 } from "../types/type.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { capacityOf, checkStringLike, readStringLike } from "./parts/string-like.js";

/** The helper that copies a string tells how long it is. */
export const strlen = defineFunction({
  name: "strlen",
  isMacro: true,
  doc: { summary: "Number of bytes before the NUL of a string.", example: "BEGIN { print(strlen(comm)); exit(); }" },
  params: [{ name: "string", kind: "value" }],
  result: UINT64,
  check: (call) => checkStringLike(call, 0),
  lower: (cx, call) => {
    const string = firstArgument(call);
    const copy = cx.temporary(capacityOf(cx.typeOf(string), cx.config) + 1, 8, "strlen");
    return scalar(readStringLike(cx, string, copy));
  },
});
