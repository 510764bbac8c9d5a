/** Graphs of functions, each made once: passes that change nothing hand on the same function. */
import { dominatorsOf, graphOf, loopsOf, type DominatorTree, type Graph, type LoopForest } from "../ir/graph.js";
import type { IrFunction } from "../ir/ir.js";

interface Analyses {
  readonly graph: Graph;
  dominators: DominatorTree | undefined;
  loops: LoopForest | undefined;
}

const known = new WeakMap<IrFunction, Analyses>();

function analysesFor(fn: IrFunction): Analyses {
  let analyses = known.get(fn);
  if (analyses === undefined)
    known.set(fn, (analyses = { graph: graphOf(fn), dominators: undefined, loops: undefined }));
  return analyses;
}

export const graphFor = (fn: IrFunction): Graph => analysesFor(fn).graph;

export function dominatorsFor(fn: IrFunction): DominatorTree {
  const analyses = analysesFor(fn);
  return (analyses.dominators ??= dominatorsOf(analyses.graph));
}

export function loopsFor(fn: IrFunction): LoopForest {
  const analyses = analysesFor(fn);
  return (analyses.loops ??= loopsOf(analyses.graph, dominatorsFor(fn)));
}
