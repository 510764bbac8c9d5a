import { UINT64 } from "../types/type.js";
import { defineFunction } from "../language/function.js";
import { lowerNowhere } from "./other-probes.js";

export const usdtArg = defineFunction({
  name: "usdt_arg",
  doc: { summary: "An argument of a USDT probe, by its number.", example: undefined },
  params: [{ name: "number", kind: "value" }],
  result: UINT64,
  check: ({ call, context, bag }) =>
    bag.error("function-probe-type", call.span, { name: call.name, probeType: context.provider }),
  lower: lowerNowhere,
});
