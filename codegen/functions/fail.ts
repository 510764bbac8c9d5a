import { specifiersOf } from "../types/format-string.js";
import { formatLiterals } from "../types/format-literals.js";
import { VOID } from "../types/type.js";
import { type CallCheck, defineFunction, lowerConstant } from "../language/function.js";
import { checkWidth } from "./parts/format-check.js";

/** stdlib.md 1.2: the format and 127 values. */
const MAX_ARGS = 128;

export const fail = defineFunction({
  name: "fail",
  doc: {
    summary: "Stops the compilation with a message, unless it is in a branch that is never taken.",
    example: 'BEGIN { if comptime (sizeof(pid) != 4) { fail("pid has %d bytes", sizeof(pid)); } exit(); }',
  },
  params: [
    { name: "format", kind: "literal", accepts: ["string"] },
    { name: "values", kind: "literal", isOptional: true, isRest: true },
  ],
  maxArgs: MAX_ARGS,
  result: VOID,
  check: reportFailure,
  lower: lowerConstant,
});

function reportFailure({ call, literal, bag }: CallCheck): void {
  const format = literal(0);
  if (typeof format !== "string") return;
  if (!specifiersOf(format).every((specifier) => checkWidth({ call, bag }, specifier))) return;
  const values = call.args.slice(1).map((_, i) => literal(i + 1) ?? "");
  bag.error("compile-time-failure", call.span, { text: formatLiterals(format, values) });
}
