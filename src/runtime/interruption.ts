/**
 * What a signal that ends a run does to work that is queued before it: plain output still appears, no command is started
 * any more, and what takes its time is dropped, with its number.
 */
import type { EventHandler } from "./actions/index.js";
import type { Stop } from "./stop.js";

type Signals = Pick<Stop, "hasCome" | "fd">;

/** How long after the signal the work of an action is still done. */
const GRACE_MS: Readonly<Record<string, number>> = {
  system: 0,
  cat: 0,
  "print-map": 300,
  clear: 300,
  zero: 300,
};

const FUNCTIONS: Readonly<Record<string, string>> = { "print-map": "print" };

const NONE: Signals = { hasCome: false, fd: -1 };

export class Interruption {
  #signals: Signals = NONE;
  readonly #dropped = new Map<string, number>();
  #seenAt: number | undefined;

  /** From now on a signal interrupts. */
  heed(signals: Signals): void {
    this.#signals = signals;
  }

  /** It has done so, and what is to come is done: that of `end`. */
  disregard(): void {
    this.#signals = NONE;
  }

  /** A descriptor that is readable when what is being done shall end, or -1. */
  get fd(): number {
    return this.#signals.fd;
  }

  /** How many actions were dropped, by their functions. */
  get dropped(): ReadonlyMap<string, number> {
    return this.#dropped;
  }

  /** What has been begun may have been cut short: true if so, and it counts as dropped then. */
  cutsShort(name: string): boolean {
    if (!this.#signals.hasCome) return false;
    this.#drop(name);
    return true;
  }

  /** @param action - of the language, by the name of its events */
  guard(action: string, handle: EventHandler): EventHandler {
    const graceMs = GRACE_MS[action];
    if (graceMs === undefined) return handle;
    const name = FUNCTIONS[action] ?? action;
    return (m, at) => {
      if (!this.#isOver(graceMs)) return handle(m, at);
      this.#drop(name);
    };
  }

  #drop(name: string): void {
    this.#dropped.set(name, (this.#dropped.get(name) ?? 0) + 1);
  }

  #isOver(graceMs: number): boolean {
    if (!this.#signals.hasCome) return false;
    this.#seenAt ??= performance.now();
    return performance.now() - this.#seenAt >= graceMs;
  }
}
