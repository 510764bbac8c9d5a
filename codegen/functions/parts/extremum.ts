/** `min()` and `max()`: the same but for the comparison. */
import type { Lowering } from "../../language/lowering.js";
import { IS_SET_OFFSET, VALUE_OFFSET } from "../../vocabulary/aggregation-layout.js";
import type { Observation } from "../../language/function.js";

/** Stores the argument when the entry is empty or `better` holds for (argument, entry). */
export function keepBetter(better: { readonly signed: "slt" | "sgt"; readonly unsigned: "ult" | "ugt" }) {
  return (cx: Lowering, { entry, type, sample }: Observation): void => {
    const n = sample();
    const replace = (): void => {
      cx.b.store(entry, VALUE_OFFSET, 8, n);
      cx.b.store(entry, IS_SET_OFFSET, 8, cx.b.int(1));
    };
    cx.b.if("eq", cx.b.load(entry, IS_SET_OFFSET, 8), cx.b.int(0), {
      then: replace,
      otherwise: () => {
        const condition = type.isSigned ? better.signed : better.unsigned;
        cx.b.if(condition, n, cx.b.load(entry, VALUE_OFFSET, 8), { then: replace });
      },
    });
  };
}
