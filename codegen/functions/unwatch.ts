import { defineFunction, firstArgument } from "../language/function.js";
import { UINT64, VOID } from "../types/type.js";

export const unwatch = defineFunction({
  name: "unwatch",
  doc: {
    summary: "Ends the watchpoints on an address, as soon as the tracer reads this.",
    example: "watchpoint:0x10000000:8:w { unwatch(0x10000000); }",
  },
  params: [{ name: "address", kind: "value", accepts: ["int"] }],
  result: VOID,
  lower: (cx, call) => {
    const address = cx.value(firstArgument(call));
    cx.sendEvent({
      action: "unwatch",
      site: {},
      mustArrive: "queued",
      fields: [{ name: "address", type: UINT64, value: address }],
      span: call.span,
    });
    return undefined;
  },
});
