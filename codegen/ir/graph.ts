/** The control-flow graph of a function: edges, orders, dominators, loops. Nothing here recurses. */
import { cell } from "../column.js";
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

/**
 * By position in the order; the entry is its own.
 *
 * Blocks are numbered as a depth-first search finds them. The semidominator of a block is the first one from which a path
 * leads to it over blocks with larger numbers than its own; the immediate dominator is where the tree paths to the block and
 * to its semidominator part. One pass from the last block to the first, one back: loops need no rounds, and a block where
 * thousands of ways meet no walks up from each of them.
 *
 * @see Georgiadis, "Linear-time algorithms for dominators and related problems", algorithm SNCA
 */
function immediateDominators(graph: Graph): Int32Array {
  const { numberOf, positions, parent } = depthFirst(graph);
  const count = positions.length;
  const semi = new Int32Array(count).map((_, number) => number);
  const best = new Int32Array(count).map((_, number) => number);
  const above = new Int32Array(count).fill(-1);
  /** Of those on the linked path above a block, the one with the least semidominator; shortens the path. */
  const path: number[] = [];
  const leastAbove = (number: number): number => {
    for (let at = number; above[at] !== -1 && above[cell(above, at)] !== -1; at = cell(above, at)) path.push(at);
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      const next = cell(above, at);
      if (cell(semi, cell(best, next)) < cell(semi, cell(best, at))) best[at] = cell(best, next);
      above[at] = cell(above, next);
    }
    return cell(best, number);
  };
  for (let number = count - 1; number > 0; number--) {
    let least = cell(parent, number);
    for (const id of graph.predecessors(blockAt(graph, cell(positions, number)).id)) {
      const from = cell(numberOf, graph.positionOf(id));
      least = Math.min(least, from <= number ? from : cell(semi, leastAbove(from)));
    }
    semi[number] = least;
    above[number] = cell(parent, number);
  }
  const immediate = parent;
  for (let number = 1; number < count; number++) {
    let at = cell(immediate, number);
    while (at > cell(semi, number)) at = cell(immediate, at);
    immediate[number] = at;
  }
  const byPosition = new Int32Array(count);
  for (let number = 1; number < count; number++) {
    byPosition[cell(positions, number)] = cell(positions, cell(immediate, number));
  }
  return byPosition;
}

/** Numbers in the order of discovery: the number of each position, the position of each number, the parent in the tree. */
function depthFirst(graph: Graph): { numberOf: Int32Array; positions: Int32Array; parent: Int32Array } {
  const count = graph.order.length;
  const numberOf = new Int32Array(count).fill(-1);
  const positions = new Int32Array(count);
  const parent = new Int32Array(count);
  let found = 0;
  const work: { readonly position: number; readonly from: number }[] = [{ position: 0, from: 0 }];
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    if (numberOf[next.position] !== -1) continue;
    const number = found++;
    numberOf[next.position] = number;
    positions[number] = next.position;
    parent[number] = next.from;
    for (const id of graph.successors(blockAt(graph, next.position).id)) {
      const position = graph.positionOf(id);
      if (numberOf[position] === -1) work.push({ position, from: number });
    }
  }
  return { numberOf, positions, parent };
}

function blockAt(graph: Graph, position: number): Block {
  const block = graph.order[position];
  if (block === undefined) throw new Error(`no block at ${position}`);
  return block;
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
