import { InternalError } from "../internal-error.js";
import { defineFunction } from "../language/function.js";
import { defaultStack } from "../vocabulary/stack.js";

export const dwUstack = defineFunction({
  name: "dw_ustack",
  unstable: "dw_ustack",
  isMacro: true,
  doc: { summary: "The user stack, unwound with DWARF tables. Not available yet.", example: undefined },
  params: [
    { name: "mode", kind: "name", isOptional: true },
    { name: "limit", kind: "name", isOptional: true },
  ],
  result: ({ config }) => defaultStack("ustack", config),
  check: ({ call, bag }) => bag.error("dw-ustack-unavailable", call.span, {}),
  lower: (_cx, call) => {
    throw new InternalError("lower", `no probe can use ${call.name}()`, call.span);
  },
});
