import { VOID } from "../types/type.js";
import { defineFunction } from "../language/function.js";

const DEFAULT_FORMAT = "%H:%M:%S\n";

export const time = defineFunction({
  name: "time",
  doc: { summary: "Prints the wall-clock time.", example: 'BEGIN { time("%T\\n"); exit(); }' },
  params: [{ name: "format", kind: "literal", accepts: ["string"], isOptional: true }],
  result: VOID,
  sends: () => true,
  lower: (cx, call) => {
    const format = cx.literal(call, 0);
    cx.sendEvent({
      action: "time",
      fields: [],
      site: { format: cx.intern(typeof format === "string" ? format : DEFAULT_FORMAT) },
      span: call.span,
    });
    return undefined;
  },
});
