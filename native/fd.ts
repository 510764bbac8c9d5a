import type { Addon } from "./addon.js";

const CLOSED = -1;

/** An open file descriptor. It closes on exec. */
export class Fd {
  readonly #addon: Addon;
  #number: number;

  /** Takes over `number`. */
  constructor(addon: Addon, number: number) {
    this.#addon = addon;
    this.#number = number;
  }

  get number(): number {
    if (this.#number === CLOSED) throw new Error("the file descriptor has been closed");
    return this.#number;
  }

  /** Once or more often. */
  close(): void {
    if (this.#number !== CLOSED) this.#addon.close(this.release());
  }

  /** Gives up the ownership. */
  release(): number {
    const { number } = this;
    this.#number = CLOSED;
    return number;
  }
}

export function releaseAll(fds: readonly Fd[]): Int32Array {
  return Int32Array.from(fds, (fd) => fd.release());
}
