import { expect, test } from "vitest";
import { DisjointRanges, type Triples } from "../../../codegen/bpf/allocation/disjoint-ranges.js";
import { randomFrom } from "../../random.js";

const POINTS = 400;

/** Of different lengths. */
const at = (point: number): Triples => [point, point + 1 + (point % 3), point];

const pointsOf = (triples: Triples): readonly number[] =>
  triples.flatMap((from, i) => {
    const to = triples[i + 1] ?? 0;
    return i % 3 === 0 ? Array.from({ length: to - from }, (_, by) => from + by) : [];
  });

test.each([1, 2, 3, 4, 5])("sets of ranges that are joined in any order have all points once (seed %i)", (seed) => {
  const random = randomFrom(seed);
  const sets = Array.from({ length: POINTS }, (_, point) => DisjointRanges.of(at(point)));
  for (let round = 0; round < 1000 && sets.length > 1; round++) {
    const [i, j] = [random(sets.length), random(sets.length)];
    const [one, other] = [sets[i], sets[j]];
    if (one === undefined || other === undefined || one === other) continue;
    const points = new Set(pointsOf(one.triples()));
    const isShared = pointsOf(other.triples()).some((point) => points.has(point));
    expect(one.overlaps(other)).toBe(isShared);
    expect(other.overlaps(one)).toBe(isShared);
    if (isShared) continue;
    const both = one.with(other);
    const joined = pointsOf(both.triples());
    expect(joined).toEqual([...points, ...pointsOf(other.triples())].sort((a, b) => a - b));
    sets[i] = both;
    sets.splice(j, 1);
  }
});

test("the registers of ranges come along, in the order of the ranges", () => {
  const both = DisjointRanges.of([0, 2, 7, 9, 12, 7]).with(DisjointRanges.of([2, 9, 8]));
  expect(both.triples()).toEqual([0, 2, 7, 2, 9, 8, 9, 12, 7]);
});

test("ranges that only touch do not overlap", () => {
  const one = DisjointRanges.of([4, 8, 0]);
  expect(one.overlaps(DisjointRanges.of([8, 9, 1]))).toBe(false);
  expect(one.overlaps(DisjointRanges.of([0, 4, 1]))).toBe(false);
  expect(one.overlaps(DisjointRanges.of([0, 5, 1]))).toBe(true);
  expect(one.overlaps(DisjointRanges.of([5, 6, 1]))).toBe(true);
});
