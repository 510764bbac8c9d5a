import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { lowerNowhere } from "./other-probes.js";

/** There are no watchpoints yet: nothing could be removed. */
export const unwatch = defineFunction({
  name: "unwatch",
  doc: { summary: "Removes the watchpoint on an address.", example: undefined },
  params: [{ name: "address", kind: "value", accepts: ["int"] }],
  result: VOID,
  check: ({ call, bag }) => bag.error("unwatch-unavailable", call.span, {}),
  lower: lowerNowhere,
});
