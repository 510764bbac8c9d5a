import { expect, test } from "vitest";
import { FIRST_HOME, sequence, type Move } from "../../../codegen/bpf/emission/parallel-move.js";
import { randomFrom } from "../../random.js";

/** Runs the moves one by one on places that hold their own number. */
function run(moves: readonly Move[]): { readonly places: ReadonlyMap<number, number>; readonly steps: number } {
  const places = new Map<number, number>();
  const read = (place: number): number => places.get(place) ?? place;
  let steps = 0;
  let spare = 1000;
  const move = (from: number, to: number): void => {
    steps++;
    places.set(to, read(from));
  };
  sequence(moves, {
    move,
    save: (from) => {
      move(from, ++spare);
      return spare;
    },
  });
  return { places, steps };
}

const moveOf = (from: number, to: number): Move => ({ from, to, value: from });

test.each([
  { claim: "a chain is moved from its end", moves: [moveOf(1, 2), moveOf(2, 3)], steps: 2 },
  { claim: "two values change places through a third", moves: [moveOf(1, 2), moveOf(2, 1)], steps: 3 },
  { claim: "a value may go to several places", moves: [moveOf(1, 2), moveOf(1, 3), moveOf(2, 1)], steps: 3 },
  { claim: "what is in its place stays", moves: [moveOf(4, 4)], steps: 0 },
  { claim: "two rings need a place each", moves: [moveOf(1, 2), moveOf(2, 1), moveOf(3, 4), moveOf(4, 3)], steps: 6 },
])("$claim", ({ moves, steps }) => {
  const result = run(moves);
  for (const { from, to } of moves) expect(result.places.get(to) ?? to).toBe(from);
  expect(result.steps).toBe(steps);
});

test("random moves between registers and spill slots end in their places", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = randomFrom(seed);
    const places = Array.from({ length: 12 }, (_, i) => (i < 8 ? i : FIRST_HOME + i));
    const targets = places.filter(() => random(3) > 0);
    const moves = targets.map((to) => moveOf(places[random(places.length)] ?? 0, to));
    const result = run(moves);
    for (const { from, to } of moves)
      expect({ seed, to, holds: result.places.get(to) ?? to }).toEqual({ seed, to, holds: from });
  }
});

test("a ring of 100,000 places and a chain behind it are put into order without a search", () => {
  const count = 100_000;
  const moves = Array.from({ length: count }, (_, i) => moveOf(FIRST_HOME + i, FIRST_HOME + ((i + 1) % count)));
  const chain = Array.from({ length: count }, (_, i) => moveOf(2 * count + i, 2 * count + i + 1));
  expect(run([...moves, ...chain]).steps).toBe(2 * count + 1);
});
