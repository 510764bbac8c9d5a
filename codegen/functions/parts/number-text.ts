/** Functions that say what a number means: a look into a table that the program has with it. */
import type { Call } from "../../../grammar/index.js";
import type { Value } from "../../ir/ir.js";
import type { Lowering, Operand } from "../../language/lowering.js";
import { memory } from "../../language/lowering.js";
import { isCastAllowed } from "../../types/casts.js";
import { INT32, string, typeName } from "../../types/type.js";
import { type CallCheck, firstArgument } from "../../language/function.js";

const TEXT_BYTES = 64;
const TEXT_BYTES_LOG2 = 6;

export const NUMBER_TEXT = string(TEXT_BYTES);

/** Whatever can be cast to `int32` is a number. */
export function checkNumber({ call, typeOf, bag }: CallCheck): void {
  const type = typeOf(firstArgument(call));
  if (!isCastAllowed(type, INT32)) bag.error("cast-refused", call.span, { from: typeName(type), to: typeName(INT32) });
}

/** The argument as an `int32`. */
export function numberArgument(cx: Lowering, call: Call): Value {
  return cx.b.extend(cx.castTo(firstArgument(call), INT32), 32, true);
}

/**
 * The text is not copied: its place is in the table.
 * @param texts - by number
 */
export function lowerNumberText(
  cx: Lowering,
  number: Value,
  texts: readonly (string | undefined)[],
  other: string,
): Operand {
  const { b } = cx;
  const table = cx.constant([...texts, other].map((text) => (text ?? other).padEnd(TEXT_BYTES, "\0")).join(""));
  const index = b.choose("ult", number, b.int(texts.length), {
    then: () => number,
    otherwise: () => b.int(texts.length),
  });
  const offset = b.alu("shl", index, b.int(TEXT_BYTES_LOG2));
  return memory({ base: b.add(cx.addressOf(table), offset), offset: 0, align: 8 });
}
