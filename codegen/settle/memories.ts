/** Numbers for memory that a program gets after it has been lowered. */
import type { IrFunction, Slot, SlotHome } from "../ir/ir.js";

export class Memories {
  #next: number;

  constructor(functions: readonly IrFunction[]) {
    let last = 0;
    for (const { slots } of functions) {
      for (const { home } of slots) {
        if (home === undefined) continue;
        const until = home.lifetime?.until;
        last = Math.max(last, home.memory, until === undefined || until === Infinity ? 0 : until);
      }
    }
    this.#next = last + 1;
  }

  /** As long as the program runs. */
  lasting(): SlotHome {
    return { memory: this.#next++, where: "anywhere", lifetime: undefined };
  }

  /** For copies: each of them has its own numbers, in which temporaries keep their order. @param count - with the original */
  copies(count: number): (slot: Slot, copy: number) => Slot {
    const span = this.#next;
    this.#next *= count;
    return (slot, copy) => {
      if (slot.home?.lifetime === undefined) return slot;
      const { memory, where, lifetime } = slot.home;
      const first = span * copy;
      const moved = { from: first + lifetime.from, until: first + lifetime.until };
      return { ...slot, home: { memory: first + memory, where, lifetime: moved } };
    };
  }
}
