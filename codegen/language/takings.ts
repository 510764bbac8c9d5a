/** `print(@m); clear(@m);`: user space reads the map and empties it in one pass. */
import type { Call } from "../../grammar/index.js";

export interface Takings {
  /** By the call of `print()`: what the same event does to the map. */
  readonly afterwards: ReadonlyMap<Call, "clear" | "zero">;
  /** Calls of `clear()` and `zero()` that have nothing left to do. */
  readonly done: ReadonlySet<Call>;
  /** Maps that lose entries while programs write to them: taken, or deleted from. */
  readonly shrinking: ReadonlySet<string>;
}
