/**
 * How often each place of a script has warned (output.md 11). Programs count, and send an event for the first warning
 * of a place on a CPU; a place that fails a million times a second is said once a second, with the number, and once
 * more at the end.
 */
import type { Fd } from "../kernel/index.js";
import type { Bpf } from "./bpf.js";

/** Says what a place has to say. */
export interface WarningPlace {
  first(result: number): void;
  repeated(times: bigint, isTotal: boolean): void;
}

interface Count {
  readonly place: WarningPlace;
  /** What has been said of it. */
  said: bigint;
}

export class WarningCounts {
  readonly #bpf: Bpf;
  readonly #map: Fd | undefined;
  /** u64 warnings, s64 result of the first one, for each CPU. */
  readonly #counters: BigInt64Array;
  /** By the number of the schema of their events, which is the key of the map. */
  readonly #places = new Map<number, WarningPlace>();
  /** Of the places that have warned. */
  readonly #counts = new Map<number, Count>();

  /** @param map - a per-CPU array, or undefined when nothing in the script can warn */
  constructor(bpf: Bpf, map: Fd | undefined, possibleCpus: number) {
    this.#bpf = bpf;
    this.#map = map;
    this.#counters = new BigInt64Array(2 * possibleCpus);
  }

  add(key: number, place: WarningPlace): void {
    this.#places.set(key, place);
  }

  /** Whether a place has warned: then there may be more. */
  get hasWarned(): boolean {
    return this.#counts.size > 0;
  }

  /** An event has come. Each CPU sends one, and only the first of them all is news. */
  arrived(key: number, result: number): void {
    const place = this.#places.get(key);
    if (place === undefined || this.#counts.has(key)) return;
    this.#counts.set(key, { place, said: 1n });
    place.first(result);
  }

  /** Says what has come since the last time. */
  report(): void {
    for (const [key, count] of this.#counts) {
      const { total } = this.#read(key);
      if (total > count.said) count.place.repeated(total - count.said, false);
      count.said = total;
    }
  }

  /** Says the totals, also of places whose event found no room. @returns them, by the key of the place */
  finish(): ReadonlyMap<number, bigint> {
    const totals = new Map<number, bigint>();
    for (const [key, place] of this.#places) {
      const { total, result } = this.#read(key);
      if (total > 0n) totals.set(key, total);
      if (total > 0n && !this.#counts.has(key)) place.first(Number(result));
      if (total > 1n) place.repeated(total, true);
    }
    return totals;
  }

  /** Of the places that have warned, by their key. */
  totals(): ReadonlyMap<number, bigint> {
    const totals = [...this.#places.keys()].map((key) => [key, this.#read(key).total] as const);
    return new Map(totals.filter(([, total]) => total > 0n));
  }

  /** Begins anew: what has warned so far is forgotten, and warns again. */
  reset(): void {
    const { length } = this.#counters;
    for (const key of this.#places.keys()) {
      if (this.#map === undefined || this.#read(key).total === 0n) continue;
      this.#bpf.update(this.#map, keyBytes(key), new Uint8Array(new BigInt64Array(length).buffer));
    }
    this.#counts.clear();
  }

  #read(key: number): { readonly total: bigint; readonly result: bigint } {
    if (this.#map === undefined) return { total: 0n, result: 0n };
    this.#bpf.lookup(this.#map, keyBytes(key), new Uint8Array(this.#counters.buffer));
    let total = 0n;
    let result = 0n;
    for (let i = 0; i < this.#counters.length; i += 2) {
      const count = this.#counters[i] ?? 0n;
      if (count > 0n) result = this.#counters[i + 1] ?? 0n;
      total += count;
    }
    return { total, result };
  }
}

const keyBytes = (key: number): Uint8Array => new Uint8Array(Uint32Array.of(key).buffer);
