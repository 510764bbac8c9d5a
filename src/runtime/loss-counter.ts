/** Counts the events that found no room in the ring: programs do, on each CPU, and this adds them up. */
import type { Fd } from "../kernel/index.js";
import type { Bpf } from "./bpf.js";

export class LossCounter {
  readonly #bpf: Bpf;
  readonly #map: Fd | undefined;
  readonly #counters: BigUint64Array;
  readonly #sites: number;
  #total = 0n;

  /**
   * @param map - a per-CPU array of one entry, or undefined when the script sends no events
   * @param sites - how many u64 that entry has
   */
  constructor(bpf: Bpf, map: Fd | undefined, possibleCpus: number, sites: number) {
    this.#bpf = bpf;
    this.#map = map;
    this.#counters = new BigUint64Array(possibleCpus * sites);
    this.#sites = sites;
  }

  /** All that was lost until the last `check`. */
  get total(): bigint {
    return this.#total;
  }

  /** Of one of the sites, until the last `check`. */
  of(site: number): bigint {
    let sum = 0n;
    for (let i = site; i < this.#counters.length; i += this.#sites) sum += this.#counters[i] ?? 0n;
    return sum;
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
