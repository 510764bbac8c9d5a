/** What the functions with a format have in common: `printf`, `errorf`, `warnf`, `cat` and `system`. */
import type { Call, Expr } from "../../../grammar/index.js";
import type { ActionCall } from "../../language/actions.js";
import type { Lowering } from "../../language/lowering.js";
import type { Param } from "../../language/function.js";

/** stdlib.md 1.2: the format and 127 values. */
export const MAX_FORMAT_ARGS = 128;

export const FORMAT_PARAMS: readonly Param[] = [
  { name: "format", kind: "literal", accepts: ["string"] },
  { name: "values", kind: "value", isOptional: true, isRest: true },
];

/** An event with the values of a format. @param action - what is done with them, and with the format of this number */
export function sendFormatted(cx: Lowering, call: Call, action: (format: number) => ActionCall): void {
  cx.sendEvent({
    ...action(cx.intern(String(cx.literal(call, 0)))),
    fields: call.args.slice(1).map((expr: Expr, i: number) => ({ name: `${i}`, type: cx.typeOf(expr), expr })),
    span: call.span,
  });
}
