import type { Call, Expr } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../language/lowering.js";
import { specifiersOf } from "../types/format-string.js";
import { familyOf } from "../types/families.js";
import { VOID } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";
import { checkFormat } from "./parts/format-check.js";
import { FORMAT_PARAMS, MAX_FORMAT_ARGS } from "./parts/formatted.js";

/** More the kernel does not take. */
const MAX_VALUES = 3;

/** What the kernel may be asked to format here, and of which family the value must be. */
const CONVERSIONS: ReadonlyMap<string, "int" | "string"> = new Map([
  ["d", "int"],
  ["u", "int"],
  ["x", "int"],
  ["p", "int"],
  ["s", "string"],
]);

export const debugf = defineFunction({
  name: "debugf",
  doc: {
    summary: "Writes formatted text to the kernel's trace pipe.",
    example: 'BEGIN { debugf("%s %d", comm, pid); exit(); }',
  },
  params: FORMAT_PARAMS,
  maxArgs: MAX_FORMAT_ARGS,
  result: VOID,
  check: checkDebugf,
  lower: (cx, call) => {
    const format = String(cx.literal(call, 0));
    const values = call.args.slice(1).map((expr) => valueOf(cx, expr));
    const { b } = cx;
    const missing = Array.from({ length: MAX_VALUES - values.length }, () => b.int(0));
    const text = cx.addressOf(cx.constant(format));
    b.call("trace_printk", [text, b.int(format.length + 1), ...values, ...missing]);
    return undefined;
  },
});

const valueOf = (cx: Lowering, expr: Expr): Value =>
  cx.typeOf(expr).kind === "string" ? cx.addressOf(cx.placeOf(expr)) : cx.value(expr);

function checkDebugf(check: CallCheck): void {
  const { call, literal, bag } = check;
  checkFormat(check);
  bag.warning("debugf-discouraged", call.span, {});
  const format = literal(0);
  if (typeof format !== "string") return;
  const conversions = specifiersOf(format).map(({ conversion }) => conversion);
  if (conversions.length > MAX_VALUES) return bag.error("debugf-count", call.span, {});
  for (const [i, conversion] of conversions.entries()) checkConversion(check, call, conversion, call.args[i + 1]);
}

function checkConversion({ typeOf, bag }: CallCheck, call: Call, conversion: string, value: Expr | undefined): void {
  const wanted = CONVERSIONS.get(conversion);
  const format = call.args[0]?.span ?? call.span;
  if (wanted === undefined) return bag.error("debugf-conversion", format, { conversion });
  if (value !== undefined && familyOf(typeOf(value)) !== wanted) bag.error("debugf-type", value.span, { conversion });
}
