import type { Call, Expr } from "../../grammar/index.js";
import type { Lowering } from "../lower/lowering.js";
import { VOID } from "../types/type.js";
import { defineFunction } from "./define.js";
import { checkFormat } from "./format-check.js";

/** stdlib.md 1.2: the format and 127 values. */
const MAX_ARGS = 128;

export const printf = defineFunction({
  name: "printf",
  doc: { summary: "Prints formatted text.", example: 'BEGIN { printf("%s %d\\n", comm, pid); exit(); }' },
  params: [
    { name: "format", kind: "literal", accepts: ["string"] },
    { name: "values", kind: "value", isOptional: true, isRest: true },
  ],
  maxArgs: MAX_ARGS,
  result: VOID,
  check: checkFormat,
  lower: (cx, call) => {
    sendFormatted(cx, call, "printf");
    return undefined;
  },
});

/** An event with the values of a format and the format's number. */
export function sendFormatted(cx: Lowering, call: Call, action: string): void {
  cx.sendEvent({
    action,
    site: { format: cx.intern(String(cx.literal(call, 0))) },
    fields: call.args.slice(1).map((expr: Expr, i: number) => ({ name: `${i}`, type: cx.typeOf(expr), expr })),
    span: call.span,
  });
}
