/** `min()` and `max()`: the same but for the comparison. */
import type { Call } from "../../grammar/index.js";
import type { Value } from "../ir/ir.js";
import type { Lowering } from "../lower/lowering.js";
import { IS_SET_OFFSET, VALUE_OFFSET } from "./aggregation-layout.js";
import type { AggregationType } from "../types/type.js";
import { firstArgument } from "./define.js";

/** Stores the argument when the entry is empty or `better` holds for (argument, entry). */
export function keepBetter(better: { readonly signed: "slt" | "sgt"; readonly unsigned: "ult" | "ugt" }) {
  return (cx: Lowering, call: Call, entry: Value, { isSigned }: AggregationType): void => {
    const n = cx.value(firstArgument(call));
    const replace = (): void => {
      cx.b.store(entry, VALUE_OFFSET, 8, n);
      cx.b.store(entry, IS_SET_OFFSET, 8, cx.b.int(1));
    };
    cx.b.if("eq", cx.b.load(entry, IS_SET_OFFSET, 8), cx.b.int(0), {
      then: replace,
      otherwise: () => {
        const condition = isSigned ? better.signed : better.unsigned;
        cx.b.if(condition, n, cx.b.load(entry, VALUE_OFFSET, 8), { then: replace });
      },
    });
  };
}
