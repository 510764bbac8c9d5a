/**
 * Code for what hardly ever happens: a map has no entry yet or no room for one, the ring is full. Where a script has several
 * places that may come to it, they call a function, which is made once for all programs and calls no other.
 */
import { type AnyNode, visit } from "../../grammar/index.js";
import type { TypedProgram } from "../analysis/typed-program.js";
import type { IrFunction } from "../ir/ir.js";

/** From so many places on functions are worth their own cost. */
const SEVERAL = 6;

export class Outlines {
  /** Whether there are enough places that would call them. */
  readonly areWorthIt: boolean;
  readonly #functions = new Map<string, IrFunction>();

  constructor({ probes }: TypedProgram) {
    this.areWorthIt = placesIn(probes.map(({ body }) => body)) >= SEVERAL;
  }

  /** The function of that name. It does not depend on which program asks for it first. */
  get(name: string, make: () => IrFunction): IrFunction {
    let fn = this.#functions.get(name);
    if (fn === undefined) this.#functions.set(name, (fn = make()));
    return fn;
  }
}

/** That send events or write to maps, about. */
function placesIn(nodes: readonly AnyNode[]): number {
  let count = 0;
  for (const node of nodes) visit(node, (part) => void (count += isPlace(part) ? 1 : 0));
  return count;
}

const isPlace = (node: AnyNode): boolean =>
  node.kind === "call" || ((node.kind === "assign" || node.kind === "step") && node.target.kind === "map-access");
