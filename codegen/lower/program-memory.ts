/**
 * Memory that a program asks for while it is lowered: variables, and temporaries of the current statement. Where it lies
 * is settled when the program is whole (`../settle/place-slots.ts`).
 */
import type { Lifetime, SlotHome } from "../ir/ir.js";
import type { ModuleState } from "./module.js";

export class ProgramMemory {
  readonly #module: ModuleState;
  /** Of temporaries that have not been given back. */
  readonly #open: Lifetime[] = [];

  constructor(module: ModuleState) {
    this.#module = module;
  }

  /** What all functions of the program may reach, as long as it runs. */
  lasting(): SlotHome {
    return { memory: this.#module.nextNumber(), where: "anywhere", lifetime: undefined };
  }

  temporary(where: SlotHome["where"]): SlotHome {
    const memory = this.#module.nextNumber();
    const lifetime: Lifetime = { from: memory, until: Infinity };
    this.#open.push(lifetime);
    return { memory, where, lifetime };
  }

  mark(): number {
    return this.#open.length;
  }

  /** Gives back all temporaries since then. */
  release(mark: number): void {
    if (this.#open.length === mark) return;
    const now = this.#module.nextNumber();
    for (const lifetime of this.#open.splice(mark)) lifetime.until = now;
  }
}
