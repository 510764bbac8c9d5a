import { expect, test } from "vitest";
import { graphOf } from "../../../codegen/ir/graph.js";
import type { BlockId } from "../../../codegen/ir/ir.js";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { Regions } from "../../../codegen/ir/region.js";

/** b1 and b2 are two arms that meet in b3; b4 is a loop of its own with b5 inside. */
const graph = graphOf(
  parseFunction(`program f(v0: context) {
b0:
  v1 = load u64 [v0 + 0]
  branch ugt v1, v1, b1, b2
b1:
  jump b3
b2:
  jump b3
b3:
  jump b4
b4:
  branch ugt v1, v1, b5, b6
b5:
  jump b4
b6:
  exit v1
}
`),
);

const startOf = (...blocks: readonly number[]): BlockId | undefined =>
  graph.order[new Regions(graph).startOf(blocks as BlockId[])]?.id;

test("a region starts where all ways to its blocks lead through", () => {
  expect(startOf(1)).toBe(1);
  expect(startOf(1, 2)).toBe(0);
  expect(startOf(3, 6)).toBe(3);
});

test("a region inside a loop is the whole loop", () => {
  expect(startOf(5)).toBe(4);
});
