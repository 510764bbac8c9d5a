/** Counts the events that found no room in the ring: programs do, on each CPU, and this adds them up. */
import type { Fd } from "../kernel/native.js";
import type { Bpf } from "./bpf.js";

export class LossCounter {
  readonly #bpf: Bpf;
  readonly #map: Fd | undefined;
  readonly #counters: BigUint64Array;
  #total = 0n;

  /** @param map - a per-CPU array of one u64, or undefined when the script sends no events */
  constructor(bpf: Bpf, map: Fd | undefined, possibleCpus: number) {
    this.#bpf = bpf;
    this.#map = map;
    this.#counters = new BigUint64Array(possibleCpus);
  }

  /** All that was lost until the last `check`. */
  get total(): bigint {
    return this.#total;
  }

  /** How many were lost since the last time. */
  check(): bigint {
    if (this.#map === undefined) return 0n;
    this.#bpf.lookup(this.#map, FIRST_KEY, new Uint8Array(this.#counters.buffer));
    const total = this.#counters.reduce((sum, n) => sum + n, 0n);
    const grown = total - this.#total;
    this.#total = total;
    return grown;
  }
}

const FIRST_KEY = new Uint8Array(4);
