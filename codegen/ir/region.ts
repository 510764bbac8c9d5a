/** Where the part of a function starts in which something can be in use. */
import { dominatorsOf, type Graph, loopsOf } from "./graph.js";
import type { BlockId } from "./ir.js";

export class Regions {
  readonly #graph: Graph;
  readonly #dominators;
  readonly #loops;

  constructor(graph: Graph, dominators = dominatorsOf(graph), loops = loopsOf(graph, dominators)) {
    this.#graph = graph;
    this.#dominators = dominators;
    this.#loops = loops;
  }

  /**
   * The position of the block through which all ways to the given ones lead, loops around it included: what only they
   * touch has not been touched in blocks before that position, nor can these be reached from there again.
   */
  startOf(blocks: Iterable<BlockId>): number {
    if (!this.#loops.isReducible) return 0;
    let common: BlockId | undefined;
    for (const id of blocks) {
      if (!this.#graph.isReachable(id)) continue;
      common ??= id;
      while (!this.#dominators.dominates(common, id)) common = this.#dominators.parent(common) ?? this.#graph.entry.id;
    }
    if (common === undefined) return 0;
    let loop = this.#loops.loopOf(common);
    while (loop?.parent !== undefined) loop = loop.parent;
    return this.#graph.positionOf(loop?.header ?? common);
  }
}
