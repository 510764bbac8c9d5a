import { expect, test } from "vitest";
import { SparseBits } from "../../../codegen/bpf/allocation/sparse-bits.js";
import { randomFrom } from "../../random.js";

test.each([1, 31, 32, 33, 1024, 40_000])(
  "of %i numbers the next ones to either side are those of a plain search",
  (limit) => {
    const random = randomFrom(limit);
    const bits = new SparseBits(limit);
    const plain = new Set<number>();
    for (let round = 0; round < 300; round++) {
      const number = random(limit);
      if (random(3) === 0) {
        plain.delete(number);
        bits.delete(number);
      } else {
        plain.add(number);
        bits.add(number);
      }
      const asked = random(limit);
      const ascending = [...plain].sort((a, b) => a - b);
      expect(bits.firstFrom(asked)).toBe(ascending.find((one) => one >= asked) ?? -1);
      expect(bits.lastUpTo(asked)).toBe(ascending.findLast((one) => one <= asked) ?? -1);
    }
  },
);
