import { defineAggregation } from "../language/aggregation.js";
import type { Builder } from "../ir/builder.js";
import type { Value } from "../ir/ir.js";
import { addToWord } from "./parts/slots.js";

/** Sums that no samples overflow: of 2^64 of them the sum has 128 bits, the sum of the squares 192. */
const MEMBERS = [
  { name: "count", hasSign: false },
  { name: "sum_low", hasSign: false },
  { name: "sum_high", hasSign: true },
  { name: "squares_low", hasSign: false },
  { name: "squares_middle", hasSign: false },
  { name: "squares_high", hasSign: false },
] as const;

const [COUNT, SUM, SQUARES] = [0, 8, 24];

/** An extension: the reference has no such function. */
export const stddev = defineAggregation({
  name: "stddev",
  doc: {
    summary: "How far integers lie from their average: the standard deviation of all of them, rounded toward zero.",
    example: "tracepoint:syscalls:sys_exit_read { @ = stddev(args.ret); }",
  },
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  sign: "kept",
  sample: "stddev(retval)",
  layout: () => ({ kind: "struct", members: MEMBERS }),
  update: (cx, { entry, type, sample }) => {
    const { b } = cx;
    const n = sample();
    // All ones where the sample is below zero.
    const sign = type.isSigned ? b.alu("sar", n, b.int(63)) : b.int(0);
    const size = type.isSigned ? b.alu("sub", b.alu("xor", n, sign), sign) : n;
    addToWord(cx, entry, COUNT, b.int(1));
    addWords(b, entry, SUM, [n, sign]);
    addWords(b, entry, SQUARES, [...square(b, size), b.int(0)]);
  },
});

/** The two words of the square: of its halves, since the machine keeps only the low word of a product. */
function square(b: Builder, n: Value): readonly [low: Value, high: Value] {
  const upper = b.alu("shr", n, b.int(32));
  const lower = b.extend(n, 32, false);
  const mixed = b.alu("mul", upper, lower);
  const { sum, carry } = added(b, b.alu("mul", lower, lower), b.alu("shl", mixed, b.int(33)));
  const high = b.add(b.alu("mul", upper, upper), b.alu("shr", mixed, b.int(31)));
  return [sum, b.add(high, carry)];
}

/** Adds a number of several words to one in memory, the lowest first. The last word has nobody to carry to. */
function addWords(b: Builder, entry: Value, offset: number, words: readonly Value[]): void {
  let carried: Value = b.int(0);
  for (const [i, word] of words.entries()) {
    const at = offset + 8 * i;
    const old = added(b, b.load(entry, at, 8), word);
    const all = added(b, old.sum, carried);
    b.store(entry, at, 8, all.sum);
    carried = b.alu("or", old.carry, all.carry);
  }
}

/** The carry is what the upper bits say: a branch for each would double the paths that the verifier follows. */
function added(b: Builder, left: Value, right: Value): { readonly sum: Value; readonly carry: Value } {
  const sum = b.add(left, right);
  const isLost = b.alu("and", b.alu("or", left, right), b.alu("xor", sum, b.int(-1)));
  return { sum, carry: b.alu("shr", b.alu("or", b.alu("and", left, right), isLost), b.int(63)) };
}
