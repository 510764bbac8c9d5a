/** Checks that the frames of every chain of calls fit the stack together. */
import type { IrProgram } from "../../ir/ir.js";
import type { CallGraph } from "./call-graph.js";
import type { FunctionCode } from "../machine/code.js";
import { FRAME_UNIT_BYTES, STACK_BYTES, StackOverflowError } from "./frame.js";

interface Chain {
  /** The innermost last. */
  readonly functions: readonly number[];
  readonly bytes: number;
}

/** @throws {@link StackOverflowError} for the deepest chain, if it is too deep */
export function checkStack(program: IrProgram, graph: CallGraph, functions: readonly FunctionCode[]): void {
  const frames = new Map(functions.map(({ index, frameBytes }) => [index, frameBytes]));
  const deepest = new Depths(graph, frames).from(0, []);
  if (deepest.bytes <= STACK_BYTES) return;
  const involved = deepest.functions.flatMap((at) => program.functions[at] ?? []);
  const slots = involved.flatMap((fn) => fn.slots).sort((a, b) => b.bytes - a.bytes);
  throw new StackOverflowError(
    involved.map(({ name }) => name),
    deepest.bytes,
    slots,
  );
}

class Depths {
  readonly #graph: CallGraph;
  readonly #frames: ReadonlyMap<number, number>;
  readonly #known = new Map<number, Chain>();

  constructor(graph: CallGraph, frames: ReadonlyMap<number, number>) {
    this.#graph = graph;
    this.#frames = frames;
  }

  from(at: number, above: readonly number[]): Chain {
    const known = this.#known.get(at);
    if (known !== undefined) return known;
    if (above.includes(at)) throw new Error(`function ${at} calls itself`);
    let below: Chain = { functions: [], bytes: 0 };
    for (const callee of this.#graph.callees[at] ?? []) {
      const chain = this.from(callee, [...above, at]);
      if (chain.bytes > below.bytes) below = chain;
    }
    const own = Math.max(1, Math.ceil((this.#frames.get(at) ?? 0) / FRAME_UNIT_BYTES)) * FRAME_UNIT_BYTES;
    const chain = { functions: [at, ...below.functions], bytes: own + below.bytes };
    this.#known.set(at, chain);
    return chain;
  }
}
