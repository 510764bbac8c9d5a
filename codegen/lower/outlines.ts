/**
 * Code for what hardly ever happens: a map has no entry yet or no room for one, the ring is full. Where a script has several
 * places that may come to it, they call a function, which is made once for all programs and calls no other. So do many
 * calls of a function of the script that computes a lot, and places that do the same but for numbers.
 */
import { type AnyNode, visit } from "../../grammar/index.js";
import type { TypedProbe, TypedProgram } from "../analysis/typed-program.js";
import type { IrFunction } from "../ir/ir.js";

/** From so many places on functions are worth their own cost. */
const SEVERAL = 6;

/** Many events come here: a call in the kernel takes a nanosecond or two. */
const OFTEN = 4;

/** Calls in one body. Verification is hardly noticed before. */
const LONG = 100;

export class Outlines {
  /** Whether there are enough places that would call them. */
  readonly areWorthIt: boolean;
  readonly #functions = new Map<string, IrFunction>();
  /** By name of a function of the language. */
  readonly #calls = new Map<string, number>();
  readonly #times = new Map<string, number>();
  readonly #long = new Map<TypedProbe["body"], boolean>();

  constructor({ probes }: TypedProgram) {
    let places = 0;
    const look = (node: AnyNode): void => {
      if (isPlace(node)) places++;
      if (node.kind === "call") this.#calls.set(node.name, (this.#calls.get(node.name) ?? 0) + 1);
    };
    for (const { body } of probes) visit(body, look);
    this.areWorthIt = places >= SEVERAL;
  }

  /** Whether a function of the language is called so often that a call in the kernel is better than its code. */
  isCalledOften(name: string): boolean {
    return (this.#calls.get(name) ?? 0) >= OFTEN;
  }

  /** Whether the same has been asked as often before as makes a function worth it. */
  isOften(what: string): boolean {
    const times = (this.#times.get(what) ?? 0) + 1;
    this.#times.set(what, times);
    return times >= OFTEN;
  }

  /** Whether it calls so many functions that the verifier had better not follow each of them. */
  isLong({ body }: TypedProbe): boolean {
    let isLong = this.#long.get(body);
    if (isLong === undefined) {
      let calls = 0;
      visit(body, (node) => {
        if (node.kind === "call") calls++;
      });
      this.#long.set(body, (isLong = calls >= LONG));
    }
    return isLong;
  }

  /** The function of that name. It does not depend on which program asks for it first. */
  get(name: string, make: () => IrFunction): IrFunction {
    let fn = this.#functions.get(name);
    if (fn === undefined) this.#functions.set(name, (fn = make()));
    return fn;
  }
}

/** Sends an event or writes to a map, about. */
const isPlace = (node: AnyNode): boolean =>
  node.kind === "call" || ((node.kind === "assign" || node.kind === "step") && node.target.kind === "map-access");
