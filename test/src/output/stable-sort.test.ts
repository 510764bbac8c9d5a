import { expect, test } from "vitest";
import { sortBy, sortByNumbers } from "../../../src/output/maps/stable-sort.js";
import { randomFrom } from "../../random.js";

/** With many equal ones, small, far apart, and so far apart that nothing fits beside them. */
const RANGES: Readonly<Record<string, (random: (below: number) => number) => number>> = {
  "a few": (random) => random(5) - 2,
  many: (random) => random(100_000) - 50_000,
  "32 bits": (random) => random(2 ** 32) - 2 ** 31,
  "all that is exact": (random) => (random(2) === 0 ? -1 : 1) * (random(2 ** 32) * 2 ** 20 + random(2 ** 20)),
};

test.each(Object.entries(RANGES))("numbers are sorted, equal ones stay in their order: %s", (_, numberOf) => {
  for (let seed = 0; seed < 200; seed++) {
    const random = randomFrom(seed);
    const numbers = Float64Array.from({ length: random(60) }, () => numberOf(random));
    const entries = [...numbers.keys()].sort(() => random(3) - 1);
    const expected = entries.toSorted((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
    const [byNumbers, byOrder] = [Uint32Array.from(entries), Uint32Array.from(entries)];
    sortByNumbers(byNumbers, numbers);
    sortBy(byOrder, (a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
    expect([...byNumbers], `seed ${seed}`).toEqual(expected);
    expect([...byOrder], `seed ${seed}`).toEqual(expected);
  }
});
