import { scalar } from "../language/lowering.js";
import { isCastAllowed } from "../types/casts.js";
import { BOOL, INT64, typeName } from "../types/type.js";
import { defineFunction, firstArgument } from "../language/function.js";

/** linux/err.h: MAX_ERRNO. */
const MAX_ERRNO = 4095;

export const isErr = defineFunction({
  name: "is_err",
  isMacro: true,
  doc: {
    summary: "Whether a pointer, or a number, is a negative error number of the kernel.",
    example: "BEGIN { print(is_err((int64)-2)); exit(); }",
  },
  params: [{ name: "value", kind: "value" }],
  result: BOOL,
  check: ({ call, typeOf, bag }) => {
    const type = typeOf(firstArgument(call));
    if (!isCastAllowed(type, INT64)) bag.error("cast-refused", call.span, { from: typeName(type), to: "int64" });
  },
  lower: (cx, call) => scalar(cx.b.compare("uge", cx.castTo(firstArgument(call), INT64), cx.b.int(-MAX_ERRNO))),
});
