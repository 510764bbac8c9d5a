/** The control-flow graph of a function: edges, orders, dominators, loops. Nothing here recurses. */
import type { Block, BlockId, IrFunction } from "./ir.js";
import { successorsOf } from "./operands.js";

/** Columns are indexed by block id; unreachable blocks have no predecessors and are in no order. */
export interface Graph {
  readonly entry: Block;
  /** Reverse post-order from the entry: a block comes after all of its dominators. */
  readonly order: readonly Block[];
  /** One past the largest block id: the length of columns that are indexed by block id. */
  readonly idCount: number;
  block(id: BlockId): Block;
  /** One for each edge. */
  successors(id: BlockId): readonly BlockId[];
  /** One for each edge from a reachable block. */
  predecessors(id: BlockId): readonly BlockId[];
  isReachable(id: BlockId): boolean;
  /** Position in `order`; -1 for an unreachable block. */
  positionOf(id: BlockId): number;
}

const NO_BLOCKS: readonly BlockId[] = [];

export function graphOf(fn: IrFunction): Graph {
  const entry = fn.blocks[0];
  if (entry === undefined) throw new Error(`${fn.name} has no blocks`);
  const blocks: Block[] = [];
  for (const block of fn.blocks) blocks[block.id] = block;
  const successors: (readonly BlockId[] | undefined)[] = [];
  for (const block of fn.blocks) successors[block.id] = successorsOf(block);

  const order = reversePostOrder(entry, blocks, successors);
  const position = new Int32Array(blocks.length).fill(-1);
  order.forEach((block, at) => (position[block.id] = at));
  const predecessors: BlockId[][] = [];
  for (const block of order) {
    for (const next of successors[block.id] ?? NO_BLOCKS) (predecessors[next] ??= []).push(block.id);
  }

  return {
    entry,
    order,
    idCount: blocks.length,
    block: (id) => blockIn(fn, blocks, id),
    successors: (id) => successors[id] ?? NO_BLOCKS,
    predecessors: (id) => predecessors[id] ?? NO_BLOCKS,
    isReachable: (id) => (position[id] ?? -1) >= 0,
    positionOf: (id) => position[id] ?? -1,
  };
}

/** The graph of a function that has the edges of another one, between blocks of the same numbers; see {@link hasEdgesOf}. */
export function graphWithEdgesOf(like: Graph, fn: IrFunction): Graph {
  const blocks: Block[] = [];
  for (const block of fn.blocks) blocks[block.id] = block;
  const block = (id: BlockId): Block => blockIn(fn, blocks, id);
  return { ...like, entry: block(like.entry.id), order: like.order.map(({ id }) => block(id)), block };
}

export function hasEdgesOf(like: IrFunction, fn: IrFunction): boolean {
  return like.blocks.length === fn.blocks.length && fn.blocks.every((block, at) => leadsAsDoes(like.blocks[at], block));
}

function leadsAsDoes(like: Block | undefined, block: Block): boolean {
  if (like === block || like === undefined) return like === block;
  if (like.id !== block.id) return false;
  if (like.terminator === block.terminator) return true;
  const next = successorsOf(like);
  const after = successorsOf(block);
  return next.length === after.length && next.every((id, at) => id === after[at]);
}

function blockIn(fn: IrFunction, blocks: readonly Block[], id: BlockId): Block {
  const block = blocks[id];
  if (block === undefined) throw new Error(`${fn.name} has no block b${id}`);
  return block;
}

function reversePostOrder(
  entry: Block,
  blocks: readonly Block[],
  successors: readonly (readonly BlockId[] | undefined)[],
): readonly Block[] {
  const order: Block[] = [];
  const seen = new Uint8Array(blocks.length);
  const path: { readonly block: Block; readonly next: readonly BlockId[]; left: number }[] = [];
  const enter = (block: Block): void => {
    seen[block.id] = 1;
    const next = successors[block.id] ?? NO_BLOCKS;
    path.push({ block, next, left: next.length });
  };
  enter(entry);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    // Last successor first, so that in the reversed order `then` comes before `otherwise`.
    const id = top.left === 0 ? undefined : top.next[--top.left];
    if (id === undefined) {
      order.push(top.block);
      path.pop();
      continue;
    }
    const block = blocks[id];
    if (block !== undefined && seen[id] === 0) enter(block);
  }
  return order.reverse();
}

// ---------------------------------------------------------------- dominators

export interface DominatorTree {
  /** The immediate dominator; undefined for the entry and for unreachable blocks. */
  parent(id: BlockId): BlockId | undefined;
  /** In reverse post-order. */
  children(id: BlockId): readonly BlockId[];
  /** Reflexive. */
  dominates(above: BlockId, below: BlockId): boolean;
}

/** @see Cooper, Harvey and Kennedy, "A simple, fast dominance algorithm" */
export function dominatorsOf(graph: Graph): DominatorTree {
  const parentAt = immediateDominators(graph);
  const children: BlockId[][] = [];
  graph.order.forEach((block, at) => {
    if (at === 0) return;
    const parent = graph.order[parentAt[at] ?? 0];
    if (parent !== undefined) (children[parent.id] ??= []).push(block.id);
  });
  const childrenOf = (id: BlockId): readonly BlockId[] => children[id] ?? NO_BLOCKS;
  const { opened, closed } = intervals(graph, childrenOf);
  return {
    parent(id) {
      const at = graph.positionOf(id);
      return at <= 0 ? undefined : graph.order[parentAt[at] ?? 0]?.id;
    },
    children: childrenOf,
    dominates(above, below) {
      if (!graph.isReachable(above) || !graph.isReachable(below)) return false;
      return (opened[above] ?? 0) <= (opened[below] ?? 0) && (closed[below] ?? 0) <= (closed[above] ?? 0);
    },
  };
}

/** By position in the order; the entry is its own. */
function immediateDominators(graph: Graph): Int32Array {
  const parent = new Int32Array(graph.order.length).fill(-1);
  parent[0] = 0;
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (a > b) a = parent[a] ?? 0;
      while (b > a) b = parent[b] ?? 0;
    }
    return a;
  };
  for (let isChanging = true; isChanging;) {
    isChanging = false;
    for (let at = 1; at < graph.order.length; at++) {
      const block = graph.order[at];
      if (block === undefined) continue;
      let found = -1;
      for (const id of graph.predecessors(block.id)) {
        const from = graph.positionOf(id);
        if (parent[from] !== -1) found = found === -1 ? from : meet(from, found);
      }
      if (parent[at] !== found) {
        parent[at] = found;
        isChanging = true;
      }
    }
  }
  return parent;
}

/** Numbers the tree so that a block dominates exactly those whose interval lies inside its own. */
function intervals(
  graph: Graph,
  childrenOf: (id: BlockId) => readonly BlockId[],
): { opened: Int32Array; closed: Int32Array } {
  const opened = new Int32Array(graph.idCount);
  const closed = new Int32Array(graph.idCount);
  let clock = 0;
  walkDominators(graph, childrenOf, {
    enter: (id) => (opened[id] = clock++),
    leave: (id) => (closed[id] = clock++),
  });
  return { opened, closed };
}

/** Visits the dominator tree from the entry: `enter` before the blocks below, `leave` after them. */
export function walkDominators(
  graph: Graph,
  childrenOf: (id: BlockId) => readonly BlockId[],
  visit: { readonly enter: (id: BlockId) => void; readonly leave?: (id: BlockId) => void },
): void {
  const path: { readonly id: BlockId; readonly children: readonly BlockId[]; next: number }[] = [];
  const enter = (id: BlockId): void => {
    visit.enter(id);
    path.push({ id, children: childrenOf(id), next: 0 });
  };
  enter(graph.entry.id);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const child = top.children[top.next++];
    if (child !== undefined) {
      enter(child);
      continue;
    }
    visit.leave?.(top.id);
    path.pop();
  }
}

// ---------------------------------------------------------------- loops

/** A natural loop: all blocks from which a back edge to `header` can be reached without passing it. */
export interface Loop {
  readonly header: BlockId;
  /** The header first. */
  readonly blocks: ReadonlySet<BlockId>;
  /** The next larger loop around this one. */
  readonly parent: Loop | undefined;
  /** 1 for an outermost loop. */
  readonly depth: number;
}

export interface LoopForest {
  /** Outer loops before the ones inside. */
  readonly loops: readonly Loop[];
  /** The innermost loop that the block is in. */
  loopOf(id: BlockId): Loop | undefined;
  /** 0 outside of all loops. */
  depthOf(id: BlockId): number;
  /** False when there is a cycle that is entered in two places: `loops` does not tell all then. */
  readonly isReducible: boolean;
}

export function loopsOf(graph: Graph, dominators: DominatorTree): LoopForest {
  const loops: Loop[] = [];
  const innermost: (Loop | undefined)[] = [];
  let isReducible = true;
  for (const { id: header } of graph.order) {
    const tails: BlockId[] = [];
    for (const from of graph.predecessors(header)) {
      if (dominators.dominates(header, from)) tails.push(from);
      else if (graph.positionOf(from) >= graph.positionOf(header)) isReducible = false;
    }
    if (tails.length === 0) continue;
    // In reverse post-order the loops around this one have been found already.
    const parent = innermost[header];
    const loop: Loop = { header, blocks: bodyOf(graph, header, tails), parent, depth: (parent?.depth ?? 0) + 1 };
    loops.push(loop);
    for (const id of loop.blocks) innermost[id] = loop;
  }
  return { loops, loopOf: (id) => innermost[id], depthOf: (id) => innermost[id]?.depth ?? 0, isReducible };
}

function bodyOf(graph: Graph, header: BlockId, tails: readonly BlockId[]): ReadonlySet<BlockId> {
  const body = new Set<BlockId>([header]);
  const work = [...tails];
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (body.has(id)) continue;
    body.add(id);
    work.push(...graph.predecessors(id));
  }
  return body;
}
