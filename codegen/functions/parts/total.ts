/** `avg()` and `stats()`: a total and how many values it has. */
import type { Observation, Reading, SlotLayout } from "../../language/aggregation.js";
import type { Lowering, Place } from "../../language/lowering.js";
import type { Value } from "../../ir/ir.js";
import type { AggregationType } from "../../types/type.js";
import { addToWord, foldWord, wordOf } from "./slots.js";

const TOTAL = 0;
const COUNT = 8;

export const totalLayout = (): SlotLayout => ({
  kind: "struct",
  members: [
    { name: "total", hasSign: true },
    { name: "count", hasSign: false },
  ],
});

export function addToTotal(cx: Lowering, { entry, sample }: Observation): void {
  const n = sample();
  addToWord(cx, entry, TOTAL, n);
  addToWord(cx, entry, COUNT, cx.b.int(1));
}

export const foldTotal: Reading["fold"] = (cx, state, entry) => {
  foldWord(cx, state, entry, TOTAL);
  foldWord(cx, state, entry, COUNT);
};

interface Total {
  readonly total: Value;
  readonly count: Value;
  readonly average: Value;
}

export function totalOf(cx: Lowering, state: Place, type: AggregationType): Total {
  const total = wordOf(cx, state, TOTAL);
  const count = wordOf(cx, state, COUNT);
  return { total, count, average: average(cx, total, count, type) };
}

/** Truncates towards zero; 0 without data. BPF divides unsigned, and x / 0 is 0. */
function average({ b }: Lowering, total: Value, count: Value, type: AggregationType): Value {
  if (!type.isSigned) return b.alu("div", total, count);
  return b.choose("slt", total, b.int(0), {
    then: () => b.alu("sub", b.int(0), b.alu("div", b.alu("sub", b.int(0), total), count)),
    otherwise: () => b.alu("div", total, count),
  });
}
