/** The two readers of BPF ring buffers. */
import type { Addon, RawRingBuffer, RawRingReader } from "./addon.js";
import type { Fd } from "./fd.js";

export interface RingBufferOptions {
  /** A map of type BPF_MAP_TYPE_RINGBUF. */
  readonly fd: Fd;
  /** The map's `max_entries`: a power of two. */
  readonly sizeBytes: number;
  /** A batch that has reached this size is handed over. Larger records are no trouble. */
  readonly batchBytes: number;
  /**
   * Under load batches are this far apart, or less when the ring is a quarter full. A burst of up to eight is
   * handed over at once, and so is a record that is sent with BPF_RB_FORCE_WAKEUP.
   */
  readonly intervalNs: number;
  /**
   * Called with one batch at a time, and always with the same object. The bytes are valid until it returns; the
   * next batch is collected meanwhile, and comes afterwards. What it throws is an uncaught exception.
   */
  readonly onBatch: (batch: Batch) => void;
}

/**
 * Records, one after the other, in the order of the ring. Each is
 *
 * ```
 * 0        4          8                 8 + length, rounded up to 8
 * | length | position | payload ... pad |        integers in the machine's byte order
 * ```
 *
 * `position` is the low half of the record's place in the ring's byte stream, which `bpf_ringbuf_query` also counts in.
 */
export interface Batch {
  /** The buffer of which the first `length` bytes are records. */
  readonly bytes: Buffer;
  /** Over the same memory as `bytes`, from its start. */
  readonly view: DataView;
  readonly length: number;
}

/** Consumes a BPF ring buffer on a thread of its own, from construction until `stop()`. */
export class RingBuffer {
  readonly #raw: RawRingBuffer;

  constructor(addon: Addon, options: RingBufferOptions) {
    const { sizeBytes } = options;
    if (sizeBytes <= 0 || (sizeBytes & (sizeBytes - 1)) !== 0) {
      throw new RangeError("the size of a ring buffer is a power of two");
    }
    const batches = [] as { bytes: Buffer; view: DataView; length: number }[];
    const onBatch = (which: 0 | 1, usedBytes: number): void => {
      const batch = batches[which]!;
      batch.length = usedBytes;
      options.onBatch(batch);
    };
    this.#raw = new addon.RingBuffer(options.fd.number, sizeBytes, options.batchBytes, options.intervalNs, onBatch);
    for (const buffer of this.#raw.buffers) {
      batches.push({ bytes: Buffer.from(buffer), view: new DataView(buffer), length: 0 });
    }
  }

  /** Bytes in the ring that have not been collected, headers included. */
  get backlogBytes(): number {
    return this.#raw.backlog();
  }

  /**
   * Calls `onBatch`, before it returns, for everything that was committed when it was called, after what was handed over
   * earlier. It cannot be called from `onBatch`.
   */
  drain(): void {
    this.#raw.drain();
  }

  /**
   * Hands over nothing more until `resume()`, but for at most one batch that is on its way and what `drain()` asks for:
   * the ring fills up, and what finds no room in it is lost where it is sent.
   */
  hold(): void {
    this.#raw.hold();
  }

  resume(): void {
    this.#raw.resume();
  }

  /** Ends the thread and lets go of the ring. What has not been drained is lost. Once or more often, and last. */
  stop(): void {
    this.#raw.stop();
  }
}

/** Reads a BPF ring buffer when it is asked to. */
export class RingReader {
  readonly #raw: RawRingReader;
  readonly #batch: { readonly bytes: Buffer; readonly view: DataView; length: number };

  constructor(addon: Addon, fd: Fd, sizeBytes: number) {
    this.#raw = new addon.RingReader(fd.number, sizeBytes);
    const { buffer } = this.#raw;
    this.#batch = { bytes: Buffer.from(buffer), view: new DataView(buffer), length: 0 };
  }

  /** What has been committed, and gives its room back. It is valid until the next call. */
  take(): Batch {
    this.#batch.length = this.#raw.take();
    return this.#batch;
  }

  close(): void {
    this.#raw.close();
  }
}
