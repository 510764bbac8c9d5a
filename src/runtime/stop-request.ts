import type { Stop } from "./stop.js";

/** A stop that is asked for by a call: of a program that traces, or of the prompt. */
export class StopRequest implements Stop {
  /** It comes by a call, which nothing that waits elsewhere would let happen. */
  readonly fd = -1;
  readonly #callbacks: (() => void)[] = [];
  #hasCome = false;

  get hasCome(): boolean {
    return this.#hasCome;
  }

  onStop(callback: () => void): void {
    if (this.#hasCome) callback();
    else this.#callbacks.push(callback);
  }

  make(): void {
    if (this.#hasCome) return;
    this.#hasCome = true;
    for (const callback of this.#callbacks.splice(0)) callback();
  }
}
