import { expect, test } from "vitest";
import { BlockLiveness, type VisitBlock } from "../../../codegen/bpf/allocation/block-liveness.js";
import type { MachineBlock } from "../../../codegen/bpf/machine/machine.js";

/** What a block reads before it writes, and writes; and where it leads. */
interface Sketch {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly to: readonly number[];
}

/** How often the walks went from a block to those before it. */
let steps = 0;

function livenessOf(sketches: readonly Sketch[], registerCount: number): BlockLiveness {
  const before = sketches.map((_, at) => sketches.flatMap(({ to }, from) => (to.includes(at) ? [from] : [])));
  const blocks = sketches.map(({ to }, at): MachineBlock => {
    const block = { params: [], instructions: [], successors: to, loopDepth: 0, isCold: false };
    return Object.defineProperty({ ...block, predecessors: [] }, "predecessors", {
      get: () => {
        steps++;
        return before[at] ?? [];
      },
    });
  });
  const sketchOf = new Map(blocks.map((block, at) => [block, sketches[at]]));
  const visit: VisitBlock = (block, read, write) => {
    sketchOf.get(block)?.reads.forEach(read);
    sketchOf.get(block)?.writes.forEach(write);
  };
  return new BlockLiveness(blocks, registerCount, visit);
}

function exitsOf(liveness: BlockLiveness): readonly (readonly number[])[] {
  const exits: number[][] = [];
  liveness.eachFromLast((block, live) => (exits[block] = [...live].sort((a, b) => a - b)));
  return exits;
}

test("a register is live from its definition to its last reader, around loops too", () => {
  const liveness = livenessOf(
    [
      { reads: [], writes: [0, 1], to: [1] },
      { reads: [], writes: [2], to: [2, 3] },
      { reads: [0], writes: [], to: [1] },
      { reads: [2], writes: [], to: [] },
    ],
    3,
  );
  expect(exitsOf(liveness)).toEqual([[0], [0, 2], [0], []]);
  const entries = [0, 1, 2, 3].map((block) => [0, 1, 2].filter((register) => liveness.isLiveIn(block, register)));
  expect(entries).toEqual([[], [0], [0], [2]]);
});

test("the work grows with the blocks when registers live for short", () => {
  const stepsFor = (count: number): number => {
    steps = 0;
    const chain = Array.from({ length: count }, (_, i) => ({
      reads: i === 0 ? [] : [i - 1],
      writes: [i],
      to: i + 1 < count ? [i + 1] : [],
    }));
    livenessOf(chain, count);
    return steps;
  };
  expect(stepsFor(800)).toBeLessThan(5 * stepsFor(200));
});
