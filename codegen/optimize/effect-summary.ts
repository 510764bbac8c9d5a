/**
 * Which memory may have changed between a block's immediate dominator and the block.
 *
 * What was known at the end of the dominator is still true at the start of the block, except for this. For a block with one
 * predecessor that is nothing. For a join it is what happens in the blocks on all paths between: for each predecessor, walk
 * up the dominator tree to the common dominator, and take each block's own effects and those between it and its own
 * dominator. For a loop header it is also everything in the loop.
 */
import type { Graph } from "../ir/graph.js";
import type { Block, BlockId, IrFunction, MapIndex } from "../ir/ir.js";
import { dominatorsFor, graphFor, loopsFor } from "./analyses.js";
import type { MemoryModel } from "./memory-model.js";
import type { AliasClass } from "./pointers.js";

export interface EffectSummary {
  /** By {@link classKey}. */
  readonly written: ReadonlyMap<number, AliasClass>;
  /** Maps whose entries may have been added or removed. */
  readonly maps: ReadonlySet<MapIndex>;
  /** Everything that other code knows, and all maps. */
  readonly isEverything: boolean;
}

export const NO_EFFECTS: EffectSummary = { written: new Map(), maps: new Set(), isEverything: false };

/** Groups of classes that are also written when one of them is. */
export const ALL_MAPS = 0;
export const ALL_RECORDS = 1;
export const ANY_MAP = 2;
export const CONTEXT = 3;
export const LOOSE = 4;

/** A number for each alias class, apart from those of the groups. */
export function classKey(c: AliasClass): number {
  switch (c.kind) {
    case "slot":
      return 8 + 4 * c.slot;
    case "map":
      return 9 + 4 * c.map;
    case "record":
      return 10 + 4 * c.reserved;
    case "any-map":
      return ANY_MAP;
    case "context":
      return CONTEXT;
    case "loose":
      return LOOSE;
  }
}

class OpenSummary implements EffectSummary {
  readonly written = new Map<number, AliasClass>();
  readonly maps = new Set<MapIndex>();
  isEverything = false;

  add(other: EffectSummary): void {
    for (const [key, aliasClass] of other.written) this.written.set(key, aliasClass);
    for (const map of other.maps) this.maps.add(map);
    this.isEverything ||= other.isEverything;
  }
}

/** Summaries by block id; blocks with nothing to say have {@link NO_EFFECTS}. */
export function effectsBefore(fn: IrFunction, memory: MemoryModel): (id: BlockId) => EffectSummary {
  const graph = graphFor(fn);
  if (graph.order.length < 3) return () => NO_EFFECTS;
  const own: EffectSummary[] = [];
  for (const block of graph.order) own[block.id] = effectsIn(block, memory);
  const between: EffectSummary[] = [];
  for (const { id } of graph.order) between[id] = effectsBetween(fn, graph, id, own, between);
  return (id) => between[id] ?? NO_EFFECTS;
}

function effectsIn(block: Block, memory: MemoryModel): EffectSummary {
  let summary: OpenSummary | undefined;
  for (const instruction of block.instructions) {
    for (const { access, origin } of memory.accessesOf(instruction)) {
      if (access === "reads") continue;
      const aliasClass = memory.pointers.classOf(origin.base);
      (summary ??= new OpenSummary()).written.set(classKey(aliasClass), aliasClass);
    }
    const changed = memory.changedMaps(instruction);
    if (changed === "none") continue;
    summary ??= new OpenSummary();
    if (changed === "all") summary.isEverything = true;
    else summary.maps.add(changed);
  }
  return summary ?? NO_EFFECTS;
}

function effectsBetween(
  fn: IrFunction,
  graph: Graph,
  id: BlockId,
  own: readonly EffectSummary[],
  between: readonly (EffectSummary | undefined)[],
): EffectSummary {
  const dominators = dominatorsFor(fn);
  const top = dominators.parent(id);
  const predecessors = graph.predecessors(id);
  if (top === undefined || predecessors.length === 1) return NO_EFFECTS;
  const loops = loopsFor(fn);
  const summary = new OpenSummary();
  if (!loops.isReducible) {
    for (const block of graph.order) summary.add(own[block.id] ?? NO_EFFECTS);
    return summary;
  }
  const loop = loops.loopOf(id);
  if (loop?.header === id) for (const inside of loop.blocks) summary.add(own[inside] ?? NO_EFFECTS);
  const seen = new Set<BlockId>();
  for (const from of predecessors) {
    // A back edge comes from below: the loop has been counted.
    if (dominators.dominates(id, from)) continue;
    for (
      let at: BlockId | undefined = from;
      at !== undefined && at !== top && !seen.has(at);
      at = dominators.parent(at)
    ) {
      seen.add(at);
      summary.add(own[at] ?? NO_EFFECTS);
      summary.add(between[at] ?? NO_EFFECTS);
    }
  }
  return summary;
}
