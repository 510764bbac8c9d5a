import { cell } from "../column.js";
import type { IrFunction } from "../ir/ir.js";
import { graphFor } from "./analyses.js";
import { CountedLoops } from "./counted-loops.js";

/** Instructions on all paths together. The verifier's limit is a million; this many take it some milliseconds. */
const EASY_WORK = 20_000;

/** Whether to follow the paths of a function one by one is much work. */
export const hasManyPaths = (fn: IrFunction): boolean => workOnAllPaths(fn) > EASY_WORK;

/** Loops count once, but for those of which the verifier follows each turn. */
function workOnAllPaths(fn: IrFunction): number {
  const graph = graphFor(fn);
  const loops = new CountedLoops(fn);
  const work = new Float64Array(graph.idCount);
  /** By block: how many ways lead from it back to where a turn starts. */
  const ways = new Float64Array(graph.idCount);
  for (const { id, instructions } of graph.order.toReversed()) {
    let sum = instructions.length + 1;
    for (const next of graph.successors(id)) {
      const isBehind = graph.positionOf(next) <= graph.positionOf(id);
      if (!isBehind) sum += cell(work, next);
      ways[id] = cell(ways, id) + (isBehind ? 1 : cell(ways, next));
    }
    work[id] = sum * Math.max(1, cell(ways, id)) ** loops.turnsAt(id);
  }
  return cell(work, graph.entry.id);
}
