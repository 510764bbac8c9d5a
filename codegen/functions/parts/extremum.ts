/** `min()` and `max()`: the same but for the comparison. */
import type { AggregationDefinition, Observation, Reading } from "../../language/aggregation.js";
import type { Lowering } from "../../language/lowering.js";
import { IS_SET_OFFSET, setValueLayout, VALUE_OFFSET } from "./set-value.js";
import { wordOf } from "./slots.js";

/** What has to hold for (new, old) that the new one is kept. */
interface Better {
  readonly signed: "slt" | "sgt";
  readonly unsigned: "ult" | "ugt";
}

export const extremum = (better: Better): Pick<AggregationDefinition, "layout" | "update"> & { reading: Reading } => ({
  layout: setValueLayout,
  update: keepBetter(better),
  reading: { fold: foldBetter(better), values: (cx, state) => [wordOf(cx, state, VALUE_OFFSET)] },
});

/** Stores the argument when the entry is empty or it is the better one. */
function keepBetter(better: Better) {
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

const foldBetter =
  ({ signed, unsigned }: Better): Reading["fold"] =>
  (cx, state, entry, type) => {
    const { b } = cx;
    const take = (): void => {
      b.store(state.base, VALUE_OFFSET, 8, b.load(entry, VALUE_OFFSET, 8));
      b.store(state.base, IS_SET_OFFSET, 8, b.int(1));
    };
    const isBetter = type.isSigned ? signed : unsigned;
    const old = (offset: number) => b.load(state.base, offset, 8);
    b.if("ne", b.load(entry, IS_SET_OFFSET, 8), b.int(0), {
      then: () =>
        b.if("eq", old(IS_SET_OFFSET), b.int(0), {
          then: take,
          otherwise: () => b.if(isBetter, b.load(entry, VALUE_OFFSET, 8), old(VALUE_OFFSET), { then: take }),
        }),
    });
  };
