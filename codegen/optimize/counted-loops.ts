/**
 * Loops that the verifier follows turn by turn: it has to see from their counters that they end, where `may-goto` or a
 * helper would end others.
 */
import type { Loop } from "../ir/graph.js";
import type { BlockId, Condition, IrFunction, Terminator } from "../ir/ir.js";
import { successorsOf } from "../ir/operands.js";
import { definitionsFor, graphFor, loopsFor } from "./analyses.js";
import type { KnownDefinitions } from "./definitions.js";

/** By `may-goto`, and not only by one of a loop inside. */
export const isEndedByKernel = (fn: IrFunction, loop: Loop): boolean => kernelEndsOf(fn, loop).length > 0;

/** Where the kernel may end it. */
export function kernelEndsOf(fn: IrFunction, loop: Loop): readonly Extract<Terminator, { op: "may-goto" }>[] {
  const graph = graphFor(fn);
  const { loopOf } = loopsFor(fn);
  return [...loop.blocks].flatMap((id) => {
    const { terminator } = graph.block(id);
    return terminator.op === "may-goto" && loopOf(id) === loop ? [terminator] : [];
  });
}

export class CountedLoops {
  readonly #fn: IrFunction;
  /** By header: how many turns there may be. */
  readonly #turns = new Map<BlockId, number>();
  /** Blocks that end in the test of a counter. */
  readonly #tests = new Set<BlockId>();

  constructor(fn: IrFunction) {
    this.#fn = fn;
    const { loops } = loopsFor(fn);
    if (loops.length === 0) return;
    const definitions = definitionsFor(fn);
    for (const loop of loops) if (!isEndedByKernel(fn, loop)) this.#add(loop, definitions);
  }

  /** Of the loop that starts there; 0 elsewhere. */
  turnsAt(header: BlockId): number {
    return this.#turns.get(header) ?? 0;
  }

  isTest(block: BlockId): boolean {
    return this.#tests.has(block);
  }

  #add(loop: Loop, definitions: KnownDefinitions): void {
    const graph = graphFor(this.#fn);
    for (const id of loop.blocks) {
      const block = graph.block(id);
      const { terminator } = block;
      if (terminator.op !== "branch" || !ORDERED.has(terminator.condition)) continue;
      const limit = definitions.constantOf(terminator.right);
      if (limit === undefined || successorsOf(block).every((next) => loop.blocks.has(next))) continue;
      this.#tests.add(id);
      this.#turns.set(loop.header, Math.max(this.turnsAt(loop.header), Number(limit)));
    }
  }
}

const ORDERED: ReadonlySet<Condition> = new Set(["ult", "ule", "ugt", "uge"]);
