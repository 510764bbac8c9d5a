import { NONE, UINT8 } from "../types/type.js";
import { defineFunction } from "../language/function.js";

export const exit = defineFunction({
  name: "exit",
  doc: { summary: "Ends the trace, and this firing at once.", example: "BEGIN { exit(3); }" },
  params: [{ name: "code", kind: "value", accepts: ["int"], isOptional: true }],
  result: NONE,
  isDiverging: true,
  lower: (cx, call) => {
    const code = call.args[0];
    cx.stopAllProbes();
    cx.sendEvent({
      action: "exit",
      site: {},
      mustArrive: "always",
      fields: [{ name: "code", type: UINT8, value: code === undefined ? cx.b.int(0) : cx.value(code) }],
      span: call.span,
    });
    cx.returnFromProbe();
    return undefined;
  },
});
