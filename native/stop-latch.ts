import type { Addon, Closable, RawStopLatch } from "./addon.js";

/** Takes the first of some signals that comes; what follows has the action that it had before. */
export class StopLatch {
  readonly #addon: Addon;
  readonly #raw: RawStopLatch;
  readonly #came: Int32Array;

  constructor(addon: Addon, signals: readonly number[]) {
    this.#addon = addon;
    this.#raw = new addon.StopLatch(Int32Array.from(signals));
    this.#came = new Int32Array(this.#raw.memory);
  }

  /** Whether one has come. No turn of the event loop is needed to see it. */
  get hasCome(): boolean {
    return Atomics.load(this.#came, 0) !== 0;
  }

  /** A descriptor that is readable from then on. */
  get fd(): number {
    return this.#raw.fd;
  }

  /** Calls back from the event loop, again and again, once one has come; keeps the loop alive until `close()`. */
  watch(onCome: () => void): Closable {
    return new this.#addon.FdWatcher(this.fd, onCome);
  }

  close(): void {
    this.#raw.close();
  }
}
