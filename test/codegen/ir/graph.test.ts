import { describe, expect, test } from "vitest";
import { dominatorsOf, graphOf, loopsOf } from "../../../codegen/ir/graph.js";
import type { BlockId, IrFunction } from "../../../codegen/ir/ir.js";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { randomFrom } from "../../random.js";

/** `[[1, 2], [3], [3], []]`: block 0 branches to 1 and 2, and so on. */
function shape(edges: readonly (readonly number[])[]): IrFunction {
  const blocks = edges.map(([a, b], id) => {
    if (a === undefined) return `b${id}:\nexit v0`;
    return b === undefined ? `b${id}:\njump b${a}` : `b${id}:\nbranch eq v0, v0, b${a}, b${b}`;
  });
  return parseFunction(`program f(v0) {\n${blocks.join("\n")}\n}`);
}
const id = (n: number): BlockId => n as BlockId;

const DIAMOND = [[1, 2], [3], [3], []];
const NESTED_LOOPS = [[1], [2, 5], [3], [2, 4], [1], []];
const TWO_ENTRIES = [[1, 2], [2], [1, 3], []];

test("a block comes after its predecessors in reverse post-order, `then` first", () => {
  expect(graphOf(shape(DIAMOND)).order.map((block) => block.id)).toEqual([0, 1, 2, 3]);
});

test("unreachable blocks are in no order and are nobody's predecessors", () => {
  const graph = graphOf(shape([[2], [2], []]));
  expect(graph.order.map((block) => block.id)).toEqual([0, 2]);
  expect(graph.predecessors(id(2))).toEqual([0]);
  expect(graph.isReachable(id(1))).toBe(false);
});

test("an edge is counted each time", () => {
  expect(graphOf(shape([[1, 1], []])).predecessors(id(1))).toEqual([0, 0]);
});

describe("immediate dominators", () => {
  test.each([
    ["diamond", DIAMOND, [undefined, 0, 0, 0]],
    ["nested loops", NESTED_LOOPS, [undefined, 0, 1, 2, 3, 1]],
    ["two entries", TWO_ENTRIES, [undefined, 0, 0, 2]],
  ])("%s", (_, edges, parents) => {
    const tree = dominatorsOf(graphOf(shape(edges)));
    expect(edges.map((_edge, block) => tree.parent(id(block)))).toEqual(parents);
    expect(tree.dominates(id(0), id(edges.length - 1))).toBe(true);
    expect(tree.dominates(id(edges.length - 1), id(0))).toBe(false);
    expect(tree.dominates(id(1), id(1))).toBe(true);
  });
});

describe("dominators of random graphs", () => {
  /** What is still reached from the entry when a block is taken away. */
  function reachedWithout(edges: readonly (readonly number[])[], gone: number): ReadonlySet<number> {
    const seen = new Set<number>(gone === 0 ? [] : [0]);
    // The set grows while it is walked.
    for (const block of seen) for (const next of edges[block] ?? []) if (next !== gone) seen.add(next);
    return seen;
  }

  test.each([1, 2, 3, 4, 5, 6])("are the blocks without which there is no way (seed %i)", (seed) => {
    const random = randomFrom(seed);
    for (let round = 0; round < 30; round++) {
      const count = 2 + random(14);
      // The entry has no way in.
      const target = (): number => 1 + random(count - 1);
      const edges = Array.from({ length: count }, () => Array.from({ length: random(3) }, target));
      const tree = dominatorsOf(graphOf(shape(edges)));
      const reached = reachedWithout(edges, -1);
      for (let above = 0; above < count; above++) {
        const left = reachedWithout(edges, above);
        for (const below of reached) {
          expect(tree.dominates(id(above), id(below)), JSON.stringify(edges)).toBe(
            reached.has(above) && !left.has(below),
          );
        }
      }
    }
  });
});

test("where 100,000 ways meet, none of them is walked up by itself", () => {
  const count = 100_000;
  // Each block goes on, or to the end.
  const edges = [...Array.from({ length: count }, (_, at) => [at + 1, count + 1]), [count + 1], []];
  expect(dominatorsOf(graphOf(shape(edges))).parent(id(count + 1))).toBe(0);
});

describe("loops", () => {
  test("are nested", () => {
    const graph = graphOf(shape(NESTED_LOOPS));
    const forest = loopsOf(graph, dominatorsOf(graph));
    expect(forest.loops.map((loop) => [loop.header, [...loop.blocks].sort(), loop.depth])).toEqual([
      [1, [1, 2, 3, 4], 1],
      [2, [2, 3], 2],
    ]);
    expect(NESTED_LOOPS.map((_, block) => forest.depthOf(id(block)))).toEqual([0, 1, 2, 2, 1, 0]);
    expect(forest.isReducible).toBe(true);
  });

  test("with two entries are seen", () => {
    const graph = graphOf(shape(TWO_ENTRIES));
    expect(loopsOf(graph, dominatorsOf(graph)).isReducible).toBe(false);
  });
});

test("a chain of 20,000 blocks does not recurse", () => {
  const edges = Array.from({ length: 20_000 }, (_, n) => (n === 19_999 ? [] : [n + 1]));
  const graph = graphOf(shape(edges));
  expect(dominatorsOf(graph).dominates(id(0), id(19_999))).toBe(true);
});
