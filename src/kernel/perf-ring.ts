/** The ring into which the kernel writes the records of one perf event. */
import type { Closable, Fd, MapMemory, Native } from "./native.js";

const PAGE_BYTES = 4096;

/** struct perf_event_mmap_page of linux/perf_event.h, in 8-byte words */
const DATA_HEAD = 1024 / 8;
const DATA_TAIL = 1032 / 8;

export class PerfRing {
  readonly #fd: Fd;
  readonly #memory: MapMemory;
  readonly #words: BigUint64Array;
  readonly #data: Buffer;
  readonly #watcher: Closable;

  /** The same, but an event without a ring is closed. */
  static owning(...[native, fd, ...rest]: ConstructorParameters<typeof PerfRing>): PerfRing {
    try {
      return new PerfRing(native, fd, ...rest);
    } catch (error) {
      fd.close();
      throw error;
    }
  }

  /**
   * @param fd - of the event, which is closed with the ring
   * @param sizeBytes - a power of two
   * @param onReadable - called as often as the event was opened to say so
   */
  constructor(native: Native, fd: Fd, sizeBytes: number, onReadable: () => void) {
    this.#fd = fd;
    this.#memory = native.mapMemory(fd, PAGE_BYTES + sizeBytes, { writable: true });
    const { buffer, byteOffset } = this.#memory.bytes;
    this.#words = new BigUint64Array(buffer, byteOffset, PAGE_BYTES / 8);
    this.#data = Buffer.from(buffer, byteOffset + PAGE_BYTES, sizeBytes);
    this.#watcher = native.watch(fd, onReadable);
  }

  /** Hands over the records that there are. Their bytes are valid until `use` returns. */
  take(use: (records: Buffer) => void): void {
    const head = Atomics.load(this.#words, DATA_HEAD);
    const tail = Atomics.load(this.#words, DATA_TAIL);
    if (head === tail) return;
    use(this.#between(tail, head));
    Atomics.store(this.#words, DATA_TAIL, head);
  }

  /** Records may go on at the start of the ring. */
  #between(tail: bigint, head: bigint): Buffer {
    const size = this.#data.length;
    const from = Number(tail % BigInt(size));
    const to = from + Number(head - tail);
    if (to <= size) return this.#data.subarray(from, to);
    return Buffer.concat([this.#data.subarray(from), this.#data.subarray(0, to - size)]);
  }

  close(): void {
    this.#watcher.close();
    this.#memory.close();
    this.#fd.close();
  }
}
