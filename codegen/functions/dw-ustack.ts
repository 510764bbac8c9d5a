import { defineFunction } from "../language/function.js";
import { defaultStack } from "../vocabulary/stack.js";
import { lowerNowhere } from "./other-probes.js";

export const dwUstack = defineFunction({
  name: "dw_ustack",
  doc: { summary: "The user stack, unwound with DWARF tables. Not available yet.", example: undefined },
  params: [
    { name: "mode", kind: "name", isOptional: true },
    { name: "limit", kind: "name", isOptional: true },
  ],
  result: ({ config }) => defaultStack("ustack", config),
  check: ({ call, bag }) => bag.error("dw-ustack-unavailable", call.span, {}),
  lower: lowerNowhere,
});
