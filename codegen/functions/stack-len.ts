import type { Expr } from "../../grammar/index.js";
import { type Lowering, type Operand, scalar } from "../language/lowering.js";
import { InternalError } from "../internal-error.js";
import { INT64 } from "../types/type.js";
import { defineFunction, firstArgument } from "../language/function.js";
import { countOffset, stackTypeOf } from "../vocabulary/stack.js";

export const stackLen = defineFunction({
  name: "stack_len",
  doc: { summary: "Number of frames of a stack.", example: "profile:hz:99 { @depth = hist(stack_len(kstack)); }" },
  params: [{ name: "stack", kind: "value" }],
  result: INT64,
  check: ({ call, typeOf, bag }) => {
    if (typeOf(firstArgument(call)).kind !== "stack") bag.error("stack-len-argument", call.span, {});
  },
  lower: (cx, call) => lowerStackLen(cx, firstArgument(call)),
});

export function lowerStackLen(cx: Lowering, stack: Expr): Operand {
  const operand = cx.operand(stack);
  if (operand.kind !== "memory") throw new InternalError("lower", "a stack that is not in memory", stack.span);
  const { base, offset } = operand.place;
  return scalar(cx.b.load(base, offset + countOffset(stackTypeOf(cx, stack)), 8));
}
