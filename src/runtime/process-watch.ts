/**
 * Follows which code all processes map to run, from now on: then the addresses of those that are gone by the time they
 * are printed still have names. A perf event on each CPU writes it to a ring of its own; the kernel does nothing for it
 * when a probe fires.
 */
import type { Closable, Fd, MapMemory, Native } from "../kernel/native.js";
import { openProcessEvent } from "../attach/perf-event.js";
import { parseProcessRecords, type ProcessRecord } from "../symbols/index.js";

const PAGE_BYTES = 4096;
/** A few thousand mapped files. */
const RING_BYTES = 1 << 18;

/** struct perf_event_mmap_page of linux/perf_event.h, in 8-byte words */
const DATA_HEAD = 1024 / 8;
const DATA_TAIL = 1032 / 8;

export class ProcessWatch {
  readonly #rings: readonly Ring[];
  readonly #onRecord: (record: ProcessRecord) => void;

  /** @throws the error of `perf_event_open(2)` where that is not allowed */
  constructor(native: Native, cpus: readonly number[], onRecord: (record: ProcessRecord) => void) {
    this.#onRecord = onRecord;
    const rings: Ring[] = [];
    try {
      for (const cpu of cpus) rings.push(new Ring(native, cpu, () => this.update()));
    } catch (error) {
      for (const ring of rings) ring.close();
      throw error;
    }
    this.#rings = rings;
  }

  /** Tells all that has happened so far. */
  update(): void {
    const records = this.#rings.flatMap((ring) => ring.take());
    if (records.length === 0) return;
    if (this.#rings.length > 1) records.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
    for (const record of records) this.#onRecord(record);
  }

  close(): void {
    for (const ring of this.#rings) ring.close();
  }
}

class Ring {
  readonly #fd: Fd;
  readonly #memory: MapMemory;
  readonly #words: BigUint64Array;
  readonly #data: Buffer;
  readonly #watcher: Closable;

  /** @param onFilling - called when the ring is half full */
  constructor(native: Native, cpu: number, onFilling: () => void) {
    this.#fd = openProcessEvent(native, { cpu, wakeUpBytes: RING_BYTES / 2 });
    this.#memory = native.mapMemory(this.#fd, PAGE_BYTES + RING_BYTES, { writable: true });
    const { buffer, byteOffset } = this.#memory.bytes;
    this.#words = new BigUint64Array(buffer, byteOffset, PAGE_BYTES / 8);
    this.#data = Buffer.from(buffer, byteOffset + PAGE_BYTES, RING_BYTES);
    this.#watcher = native.watch(this.#fd, onFilling);
  }

  take(): readonly ProcessRecord[] {
    const head = Atomics.load(this.#words, DATA_HEAD);
    const tail = Atomics.load(this.#words, DATA_TAIL);
    if (head === tail) return [];
    const records = parseProcessRecords(this.#between(tail, head));
    Atomics.store(this.#words, DATA_TAIL, head);
    return records;
  }

  /** Records may go on at the start of the ring. */
  #between(tail: bigint, head: bigint): Buffer {
    const from = Number(tail % BigInt(RING_BYTES));
    const to = from + Number(head - tail);
    if (to <= RING_BYTES) return this.#data.subarray(from, to);
    return Buffer.concat([this.#data.subarray(from), this.#data.subarray(0, to - RING_BYTES)]);
  }

  close(): void {
    this.#watcher.close();
    this.#memory.close();
    this.#fd.close();
  }
}
