import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { checkStringLike } from "./parts/string-like.js";

export const assertStr = defineFunction({
  name: "assert_str",
  isMacro: true,
  doc: {
    summary: "Stops the compilation unless the value is like a string.",
    example: "BEGIN { assert_str(comm); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: VOID,
  check: (call) => checkStringLike(call, 0),
  // What it has to say was said at compile time.
  lower: () => undefined,
});
