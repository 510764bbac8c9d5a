import { VOID } from "../types/type.js";
import { type CallCheck, defineFunction } from "../language/function.js";

export const staticAssert = defineFunction({
  name: "static_assert",
  isMacro: true,
  doc: {
    summary: "Stops the compilation with a message when a condition does not hold.",
    example: 'BEGIN { static_assert(sizeof(pid) == 4, "pid has 4 bytes"); exit(); }',
  },
  params: [
    { name: "condition", kind: "value" },
    { name: "message", kind: "literal", accepts: ["string"] },
  ],
  result: VOID,
  check: checkCondition,
  // What it has to say was said at compile time.
  lower: () => undefined,
});

function checkCondition({ call, literal, bag }: CallCheck): void {
  const condition = literal(0);
  if (condition === undefined) bag.error("comptime-unresolved", call.span, {});
  else if (!condition) bag.error("compile-time-failure", call.span, { text: String(literal(1)) });
}
