/** Hands the records of the ring buffer to the actions of their schemas, in order. */
import type { EventSchema } from "../../codegen/object.js";
import type { Batch } from "../kernel/native.js";
import { type ActionHost, actionOf, type EventHandler } from "./actions/index.js";

/** What a record of the batch has in front: its length and its place in the ring. */
const RECORD_HEADER_BYTES = 8;

const alignUp8 = (n: number): number => (n + 7) & ~7;

export class Dispatcher {
  readonly #schemas: readonly EventSchema[];
  readonly #handlers: readonly EventHandler[];
  readonly #batchEnd: () => void;
  #isStopped = false;
  #batch: Batch | undefined;
  /** Where the record after the one at hand begins. */
  #next = 0;

  /** @param onBatchEnd - called after each batch of which something was handled */
  constructor(schemas: readonly EventSchema[], host: Omit<ActionHost, "peek" | "skip">, onBatchEnd: () => void) {
    const whole: ActionHost = { ...host, peek: () => this.#peek(), skip: () => this.#skip() };
    this.#schemas = schemas;
    this.#handlers = schemas.map((schema) => actionOf(schema.action)(schema, whole));
    this.#batchEnd = onBatchEnd;
  }

  /** Whether records are thrown away: from `exit()` on. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  resume(): void {
    this.#isStopped = false;
  }

  handle(batch: Batch): void {
    if (this.#isStopped) return;
    const { view, length } = batch;
    this.#batch = batch;
    this.#next = 0;
    while (this.#next < length && !this.#isStopped) {
      const at = this.#next + RECORD_HEADER_BYTES;
      this.#next = at + alignUp8(view.getUint32(this.#next, true));
      const handler = this.#handlers[view.getUint32(at, true)];
      if (handler === undefined)
        throw new RangeError(`an event of schema ${view.getUint32(at, true)}, which is not there`);
      handler(batch, at);
    }
    this.#batch = undefined;
    this.#batchEnd();
  }

  #peek(): EventSchema | undefined {
    if (this.#batch === undefined || this.#next >= this.#batch.length) return undefined;
    return this.#schemas[this.#batch.view.getUint32(this.#next + RECORD_HEADER_BYTES, true)];
  }

  #skip(): void {
    if (this.#batch === undefined) return;
    this.#next += RECORD_HEADER_BYTES + alignUp8(this.#batch.view.getUint32(this.#next, true));
  }
}
