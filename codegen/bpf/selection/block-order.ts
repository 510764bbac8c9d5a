/**
 * The order of blocks in memory: after one another what mostly runs after one another.
 *
 * It works on the graph whose critical edges are split: an edge from a block with several successors to one with
 * several predecessors gets a block of its own, where the allocator can put moves.
 */
import { cell } from "../../column.js";
import { dominatorsOf, graphOf, loopsOf, type DominatorTree, type Graph, type LoopForest } from "../../ir/graph.js";
import type { Block, Condition, IrFunction, Value } from "../../ir/ir.js";
import { targetsOf } from "../../ir/operands.js";
import { HELPERS } from "../../kernel/helpers.js";

/** A node of the split graph. */
export interface FlowNode {
  /** The IR block, or undefined for a split edge. */
  readonly block: Block | undefined;
  /** Of a split edge: the arguments for its only successor. */
  readonly args: readonly Value[];
  readonly successors: number[];
  readonly predecessors: number[];
  readonly loopDepth: number;
  /** Reached only where a pointer turned out to be null or a helper failed. */
  readonly isCold: boolean;
}

export interface Flow {
  readonly graph: Graph;
  /** In layout order; edges are indexes into this list. */
  readonly nodes: readonly FlowNode[];
  /** Computed when first asked for. */
  readonly dominators: () => DominatorTree;
}

const NO_LOOPS: Pick<LoopForest, "loopOf" | "depthOf"> = { loopOf: () => undefined, depthOf: () => 0 };

export interface FlowOptions {
  /**
   * The kernel lets code run on into the head of a loop. Asked only of functions that have loops.
   */
  readonly canRotateLoops: () => boolean;
}

export function flowOf(fn: IrFunction, { canRotateLoops }: FlowOptions): Flow {
  const graph = graphOf(fn);
  let tree: DominatorTree | undefined;
  const dominators = (): DominatorTree => (tree ??= dominatorsOf(graph));
  const hasLoops = hasCycle(graph);
  const loops = hasLoops ? loopsOf(graph, dominators()) : NO_LOOPS;
  const nodes = splitCriticalEdges(graph, loops);
  const checks = checksOf(fn);
  const order = depthFirst(checks, nodes);
  const rotated = hasLoops && canRotateLoops() ? rotateLoops(nodes, order) : order;
  return { graph, nodes: renumber(nodes, ...sinkCold(checks, nodes, rotated)), dominators };
}

function hasCycle(graph: Graph): boolean {
  return graph.order.some(({ id }) =>
    graph.predecessors(id).some((from) => graph.positionOf(from) >= graph.positionOf(id)),
  );
}

function splitCriticalEdges(graph: Graph, loops: Pick<LoopForest, "loopOf" | "depthOf">): FlowNode[] {
  const nodes: FlowNode[] = graph.order.map((block) => ({
    block,
    args: [],
    successors: [],
    predecessors: [],
    loopDepth: loops.depthOf(block.id),
    isCold: false,
  }));
  const connect = (from: number, to: number): void => {
    nodes[from]?.successors.push(to);
    nodes[to]?.predecessors.push(from);
  };
  graph.order.forEach((block, from) => {
    const targets = targetsOf(block.terminator);
    for (const target of targets) {
      const to = graph.positionOf(target.block);
      if (targets.length === 1 || graph.predecessors(target.block).length === 1) {
        connect(from, to);
        continue;
      }
      let loop = loops.loopOf(block.id);
      while (loop !== undefined && !loop.blocks.has(target.block)) loop = loop.parent;
      nodes.push({
        block: undefined,
        args: target.args,
        successors: [],
        predecessors: [],
        loopDepth: loop?.depth ?? 0,
        isCold: false,
      });
      connect(from, nodes.length - 1);
      connect(nodes.length - 1, to);
    }
  });
  return nodes;
}

/** Reverse post-order; what is visited last comes right after its predecessor. */
function depthFirst(checks: Checks, nodes: readonly FlowNode[]): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(nodes.length);
  const path: { readonly at: number; readonly next: readonly number[]; taken: number }[] = [];
  const enter = (at: number): void => {
    seen[at] = 1;
    path.push({ at, next: coldestFirst(checks, nodes, at), taken: 0 });
  };
  enter(0);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.next[top.taken++];
    if (next === undefined) {
      order.push(top.at);
      path.pop();
    } else if (seen[next] === 0) {
      enter(next);
    }
  }
  return order.reverse();
}

/** Ways out of a loop and failures go out of line. `test` cannot be negated: its other arm must follow. */
function coldestFirst(checks: Checks, nodes: readonly FlowNode[], at: number): readonly number[] {
  const node = nodes[at];
  const [then, otherwise] = node?.successors ?? [];
  if (node === undefined || then === undefined || otherwise === undefined) return node?.successors ?? [];
  const thenDepth = cell(nodes, then).loopDepth;
  const otherwiseDepth = cell(nodes, otherwise).loopDepth;
  if (thenDepth !== otherwiseDepth) return thenDepth < otherwiseDepth ? [then, otherwise] : [otherwise, then];
  const cold = coldSuccessor(checks, nodes, node);
  const terminator = node.block?.terminator;
  const isTest = terminator?.op === "branch" && terminator.condition === "test";
  return cold === then || (isTest && cold === undefined) ? [then, otherwise] : [otherwise, then];
}

/** For each condition on the result of a helper and 0: the arm that is taken when the helper failed. */
const FAILED_ARM: { readonly [C in Condition]?: "then" | "otherwise" } = {
  slt: "then",
  sle: "then",
  sge: "otherwise",
  sgt: "otherwise",
};

/** The same for results that are 0 or an error. */
const FAILED_ARM_OF_STATUS: typeof FAILED_ARM = { ...FAILED_ARM, ne: "then", eq: "otherwise" };

/** Where a failed null check or call leads. An iterator's null is the end of its loop, and no failure. */
function coldSuccessor(
  checks: Checks,
  nodes: readonly FlowNode[],
  { block, successors }: FlowNode,
): number | undefined {
  const terminator = block?.terminator;
  const [then, otherwise] = successors;
  if (terminator?.op !== "branch" || then === undefined || otherwise === undefined) return undefined;
  if (nodes[then]?.loopDepth !== nodes[otherwise]?.loopDepth) return undefined;
  const { condition, left, right } = terminator;
  if (checks.isNullable(left)) return condition === "eq" ? then : condition === "ne" ? otherwise : undefined;
  const failed = checks.isZero(right) ? checks.failedArms(left)?.[condition] : undefined;
  return failed === undefined ? undefined : failed === "then" ? then : otherwise;
}

/** What conditions are about. */
interface Checks {
  isNullable(value: Value): boolean;
  /** Of what a helper returned. */
  failedArms(value: Value): typeof FAILED_ARM | undefined;
  isZero(value: Value): boolean;
}

function checksOf(fn: IrFunction): Checks {
  const failedArms = new Map<Value, typeof FAILED_ARM>();
  const zeros = new Set<Value>();
  for (const { instructions } of fn.blocks) {
    for (const instruction of instructions) {
      if (instruction.op === "call")
        failedArms.set(
          instruction.result,
          HELPERS[instruction.helper].returns === "s32" ? FAILED_ARM_OF_STATUS : FAILED_ARM,
        );
      else if (instruction.op === "const" && instruction.value === 0n) zeros.add(instruction.result);
    }
  }
  return {
    isNullable: (value) => fn.types[value]?.endsWith("-or-null") === true,
    failedArms: (value) => failedArms.get(value),
    isZero: (value) => zeros.has(value),
  };
}

/** Cold blocks after all others, so that what usually runs has nothing to jump over. */
function sinkCold(
  checks: Checks,
  nodes: readonly FlowNode[],
  order: readonly number[],
): [order: number[], isCold: Uint8Array] {
  const isCold = new Uint8Array(nodes.length).fill(1);
  const work = [0];
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    const node = nodes[at];
    if (node === undefined || isCold[at] === 0) continue;
    isCold[at] = 0;
    const cold = coldSuccessor(checks, nodes, node);
    for (const to of node.successors) if (to !== cold) work.push(to);
  }
  return [[...order.filter((at) => isCold[at] === 0), ...order.filter((at) => isCold[at] === 1)], isCold];
}

/**
 * A loop that is left from its head runs `head, body, goto head`: two jumps for each turn. With the head moved behind
 * the body it is one, at the price of one jump into the loop. The head is the row of blocks at its start that each may
 * leave it; its last one must be able to jump back to the body, which `may_goto` is not.
 */
function rotateLoops(nodes: readonly FlowNode[], order: number[]): number[] {
  const places = new Int32Array(nodes.length);
  const place = (from: number, to: number): void => {
    for (let at = from; at < to; at++) places[cell(order, at)] = at;
  };
  place(0, order.length);
  for (let at = 1; at < order.length - 1; at++) {
    const header = nodes[cell(order, at)];
    if (header === undefined || header.loopDepth === 0) continue;
    let latch = -1;
    for (const from of header.predecessors) latch = Math.max(latch, cell(places, from));
    if (latch <= at || nodes[cell(order, latch)]?.successors.length !== 1) continue;
    if (!isWhole(nodes, order, at, latch)) continue;
    const head = order.slice(at, at + headLength(nodes, order, at, latch));
    order.copyWithin(at, at + head.length, latch + 1);
    head.forEach((node, i) => (order[latch + 1 - head.length + i] = node));
    place(at, latch + 1);
  }
  return order;
}

/** Nothing of less depth lies between the two. */
function isWhole(nodes: readonly FlowNode[], order: readonly number[], start: number, latch: number): boolean {
  const depth = cell(nodes, cell(order, start)).loopDepth;
  for (let at = start; at <= latch; at++) if (cell(nodes, cell(order, at)).loopDepth < depth) return false;
  return true;
}

/** Number of blocks in the head of the loop that starts at a place; 0 when it cannot be moved. */
function headLength(nodes: readonly FlowNode[], order: readonly number[], start: number, latch: number): number {
  let length = 0;
  for (let at = start; at < latch; at++) {
    const node = nodes[cell(order, at)];
    const next = cell(order, at + 1);
    const leaves = node?.successors.some((to) => cell(nodes, to).loopDepth < node.loopDepth) === true;
    if (node === undefined || !leaves || !node.successors.includes(next)) break;
    if (node.block?.terminator.op === "branch") length = at - start + 1;
    if (nodes[next]?.predecessors.length !== 1) break;
  }
  return length;
}

function renumber(nodes: readonly FlowNode[], order: readonly number[], isCold: Uint8Array): readonly FlowNode[] {
  const placeOf = new Int32Array(nodes.length);
  order.forEach((at, place) => (placeOf[at] = place));
  const moved = (edges: readonly number[]): number[] => edges.map((at) => cell(placeOf, at));
  return order.flatMap((at) => {
    const node = nodes[at];
    if (node === undefined) return [];
    const { block, args, loopDepth } = node;
    const [successors, predecessors] = [moved(node.successors), moved(node.predecessors)];
    return [{ block, args, successors, predecessors, loopDepth, isCold: isCold[at] === 1 }];
  });
}
