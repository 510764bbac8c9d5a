/** Words of the slots that aggregations keep. */
import type { Lowering, Place } from "../../language/lowering.js";
import type { Value } from "../../ir/ir.js";

/** Adds a number to one of them. */
export function addToWord({ b }: Lowering, entry: Value, offset: number, added: Value): void {
  b.store(entry, offset, 8, b.add(b.load(entry, offset, 8), added));
}

/** Adds what a CPU has to what all have. */
export function foldWord({ b }: Lowering, state: Place, entry: Value, offset: number): void {
  b.store(state.base, offset, 8, b.add(b.load(state.base, offset, 8), b.load(entry, offset, 8)));
}

export const wordOf = ({ b }: Lowering, state: Place, offset: number): Value =>
  b.load(state.base, state.offset + offset, 8);
