import { expect, test } from "vitest";
import { sortBy } from "../../../src/output/maps/stable-sort.js";
import { randomFrom } from "../../random.js";

test("equal ones stay in their order", () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = randomFrom(seed);
    const numbers = Float64Array.from({ length: random(60) }, () => random(5) - 2);
    const entries = [...numbers.keys()].sort(() => random(3) - 1);
    const sorted = Uint32Array.from(entries);
    sortBy(sorted, (a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0));
    expect([...sorted], `seed ${seed}`).toEqual(entries.toSorted((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0)));
  }
});
