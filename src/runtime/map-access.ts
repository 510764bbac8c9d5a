/** Reads and changes whole maps from user space: in batches, or one entry at a time on older kernels. */
import { type KeyTable, layoutOf } from "../../codegen/kernel/key-table.js";
import type { BpfMapType } from "../../codegen/object.js";
import { type Fd, isSystemCallFailure } from "../kernel/index.js";
import { type MapReading, memoryOf } from "../output/index.js";
import { TableMemory } from "./key-tables.js";
import type { Bpf } from "./bpf.js";

/** One map as user space sees it. */
export interface MapShape {
  readonly fd: Fd;
  readonly type: BpfMapType;
  readonly keyBytes: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  /** See {@link KeyTable}: all entries are in the only value of an array. */
  readonly table?: KeyTable | undefined;
}

/** A map has no more than it was made for; most have far fewer, so reading begins small. */
const FIRST_CAPACITY = 1024;

const isPerCpu = (type: BpfMapType): boolean => type.includes("percpu");
/** It has one entry, which is always there. */
export const isArray = ({ type, table }: MapShape): boolean =>
  table === undefined && (type === "array" || type === "percpu-array");

export class MapAccess {
  readonly #bpf: Bpf;
  readonly #possibleCpus: number;
  #hasBatches = true;

  constructor(bpf: Bpf, possibleCpus: number) {
    this.#bpf = bpf;
    this.#possibleCpus = possibleCpus;
  }

  /** All entries as they are now; even where there is none, bytes for one, which are 0. `deletes`: and each is deleted as it is read, so that no update is missed. */
  read(map: MapShape, options: { readonly deletes: boolean } = { deletes: false }): MapReading {
    if (map.table !== undefined) return this.#inTable(map, (table) => (options.deletes ? table.take() : table.read()));
    const entries = new Entries(map, this.#strideOf(map));
    if (isArray(map)) this.#readArray(map, entries, options.deletes);
    else if (this.#hasBatches) this.#readInBatches(map, entries, options.deletes);
    else this.#readOneByOne(map, entries, options.deletes);
    return entries.reading(isPerCpu(map.type) ? this.#possibleCpus : 1, cpuStride(map));
  }

  /** The entry of one key; undefined when there is none. */
  readOne(map: MapShape, key: Uint8Array): MapReading | undefined {
    const entries = new Entries(map, this.#strideOf(map));
    entries.reserve(1);
    if (!this.#bpf.lookup(map.fd, key, entries.freeValues())) return undefined;
    entries.freeKeys().set(key);
    entries.add(1);
    return entries.reading(isPerCpu(map.type) ? this.#possibleCpus : 1, cpuStride(map));
  }

  clear(map: MapShape): void {
    if (isArray(map)) this.#zeroArray(map);
    else this.read(map, { deletes: true });
  }

  /** @returns whether it was there */
  delete(map: MapShape, key: Uint8Array): boolean {
    return this.#bpf.delete(map.fd, key);
  }

  /** Overwrites the values that are there, and returns them; keys that vanish meanwhile stay away. */
  zero(map: MapShape): MapReading {
    if (map.table !== undefined) return this.takeToZero(map);
    const reading = this.read(map, { deletes: isArray(map) });
    if (isArray(map)) return reading;
    const { count, keys } = reading;
    const value = new Uint8Array(this.#strideOf(map));
    for (let i = 0; i < count; i++) {
      this.#bpf.update(map.fd, keys.bytes.subarray(i * map.keyBytes, (i + 1) * map.keyBytes), value, "exist");
    }
    return reading;
  }

  /** Reads and deletes in one pass, and then puts the keys back with zero values, unless they have come back by themselves. */
  takeToZero(map: MapShape): MapReading {
    if (map.table !== undefined) return this.#inTable(map, (table) => table.takeToZero());
    const reading = this.read(map, { deletes: true });
    this.insertZeros(map, reading);
    return reading;
  }

  /** Of a hash: puts keys back that a reading has deleted. */
  insertZeros(map: MapShape, { keys, count }: MapReading): void {
    if (isArray(map)) return;
    const value = new Uint8Array(this.#strideOf(map));
    for (let i = 0; i < count; i++) {
      this.#bpf.update(map.fd, keys.bytes.subarray(i * map.keyBytes, (i + 1) * map.keyBytes), value, "absent");
    }
  }

  /** Puts all entries into another map of the same type, each made what that one holds. */
  copy(
    from: MapShape,
    to: MapShape,
    { key, value }: Readonly<Record<"key" | "value", (from: Uint8Array, to: Uint8Array) => void>>,
  ): void {
    const { count, keys, keyStride, values, valueStride, cpus } = this.read(from);
    const part = (all: Uint8Array, at: number, length: number): Uint8Array => all.subarray(at, at + length);
    const [keyTo, valueTo] = [new Uint8Array(to.keyBytes), new Uint8Array(this.#strideOf(to))];
    for (let i = 0; i < count; i++) {
      keyTo.fill(0);
      valueTo.fill(0);
      key(part(keys.bytes, i * keyStride, from.keyBytes), keyTo);
      for (let cpu = 0; cpu < cpus; cpu++) {
        const [source, target] = [i * valueStride + cpu * cpuStride(from), cpu * cpuStride(to)];
        value(part(values.bytes, source, from.valueBytes), part(valueTo, target, to.valueBytes));
      }
      this.#bpf.update(to.fd, keyTo, valueTo);
    }
  }

  #inTable<T>({ fd, table }: MapShape, use: (entries: TableMemory) => T): T {
    if (table === undefined) throw new TypeError("a hash is no table");
    const memory = this.#bpf.memoryOf(fd, layoutOf(table).bytes);
    try {
      return use(new TableMemory(table, memory.bytes));
    } finally {
      memory.close();
    }
  }

  /** Bytes of one entry's value as the kernel copies it: for per-CPU maps one for each possible CPU. */
  #strideOf(map: MapShape): number {
    return isPerCpu(map.type) ? cpuStride(map) * this.#possibleCpus : map.valueBytes;
  }

  // ---------------------------------------------------------------- arrays of one entry

  #readArray(map: MapShape, entries: Entries, deletes: boolean): void {
    entries.reserve(1);
    this.#bpf.lookup(map.fd, FIRST_KEY, entries.freeValues());
    entries.add(1);
    if (deletes) this.#zeroArray(map);
  }

  #zeroArray(map: MapShape): void {
    this.#bpf.update(map.fd, FIRST_KEY, new Uint8Array(this.#strideOf(map)));
  }

  // ---------------------------------------------------------------- hashes

  #readInBatches(map: MapShape, entries: Entries, deletes: boolean): void {
    let from: Uint8Array | undefined;
    let wanted = Math.min(FIRST_CAPACITY, map.maxEntries);
    for (;;) {
      entries.reserve(wanted);
      const next = new Uint8Array(Math.max(map.keyBytes, 4));
      try {
        const request = { from, next, keys: entries.freeKeys(), values: entries.freeValues(), capacity: entries.room };
        const batch = this.#bpf.lookupBatch(map.fd, request, { deletes });
        entries.add(batch.count);
        if (batch.isLast) return;
        from = next;
        wanted = entries.count;
      } catch (error) {
        if (!isSystemCallFailure(error)) throw error;
        // One bucket of the table holds more than there is room for.
        if (error.code === "ENOSPC") wanted = entries.room * 2;
        else if (from === undefined && ["EINVAL", "EOPNOTSUPP", "ENOTSUPP"].includes(error.code)) {
          this.#hasBatches = false;
          return this.#readOneByOne(map, entries, deletes);
        } else throw error;
      }
    }
  }

  #readOneByOne(map: MapShape, entries: Entries, deletes: boolean): void {
    entries.reserve(1);
    let key: Uint8Array | undefined;
    const next = new Uint8Array(map.keyBytes);
    while (this.#bpf.nextKey(map.fd, key, next)) {
      key = next.slice();
      entries.reserve(1);
      if (!this.#bpf.lookup(map.fd, key, entries.freeValues())) continue;
      entries.freeKeys().set(key);
      entries.add(1);
      if (!deletes) continue;
      this.#bpf.delete(map.fd, key);
      key = undefined;
    }
  }
}

const FIRST_KEY = new Uint8Array(4);
const cpuStride = (map: MapShape): number => (isPerCpu(map.type) ? Math.ceil(map.valueBytes / 8) * 8 : map.valueBytes);

/** Keys and values side by side, growing. */
class Entries {
  readonly #keyStride: number;
  readonly #valueStride: number;
  #keys = new Uint8Array(0);
  #values = new Uint8Array(0);
  #capacity = 0;
  count = 0;

  constructor(map: MapShape, valueStride: number) {
    this.#keyStride = map.keyBytes;
    this.#valueStride = valueStride;
  }

  get room(): number {
    return this.#capacity - this.count;
  }

  /** Makes room for `more` entries. */
  reserve(more: number): void {
    if (this.room >= more) return;
    this.#capacity = this.count + more;
    const keys = new Uint8Array(this.#capacity * this.#keyStride);
    const values = new Uint8Array(this.#capacity * this.#valueStride);
    keys.set(this.#keys);
    values.set(this.#values);
    this.#keys = keys;
    this.#values = values;
  }

  freeKeys(): Uint8Array {
    return this.#keys.subarray(this.count * this.#keyStride);
  }

  freeValues(): Uint8Array {
    return this.#values.subarray(this.count * this.#valueStride);
  }

  add(count: number): void {
    this.count += count;
  }

  reading(cpus: number, cpuStride: number): MapReading {
    return {
      count: this.count,
      keys: memoryOf(this.#keys),
      keyStride: this.#keyStride,
      values: memoryOf(this.#values),
      valueStride: this.#valueStride,
      cpus,
      cpuStride,
    };
  }
}
