/**
 * Graphs of functions, made once in a row: passes that change nothing hand on the same function, and most of those that do
 * change something leave the edges alone.
 */
import {
  dominatorsOf,
  graphOf,
  graphWithEdgesOf,
  hasEdgesOf,
  loopsOf,
  type DominatorTree,
  type Graph,
  type LoopForest,
} from "../ir/graph.js";
import type { IrFunction } from "../ir/ir.js";
import { Definitions, type KnownDefinitions } from "./definitions.js";

interface Analyses {
  readonly graph: Graph;
  dominators: DominatorTree | undefined;
  loops: LoopForest | undefined;
  definitions: KnownDefinitions | undefined;
}

/**
 * Of the function that was asked about last: a pass works on one function at a time. (A WeakMap over all functions costs a
 * quarter of the optimiser's time in garbage collection.)
 */
let last: { readonly fn: IrFunction; readonly analyses: Analyses } | undefined;

function analysesFor(fn: IrFunction): Analyses {
  if (last?.fn !== fn) last = { fn, analyses: newAnalyses(fn) };
  return last.analyses;
}

function newAnalyses(fn: IrFunction): Analyses {
  if (last === undefined || !hasEdgesOf(last.fn, fn))
    return { graph: graphOf(fn), dominators: undefined, loops: undefined, definitions: undefined };
  const { graph, dominators, loops } = last.analyses;
  return { graph: graphWithEdgesOf(graph, fn), dominators, loops, definitions: undefined };
}

/** For those who add none. */
export function definitionsFor(fn: IrFunction): KnownDefinitions {
  return (analysesFor(fn).definitions ??= Definitions.of(fn));
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
