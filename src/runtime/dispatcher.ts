/** Hands the records of the ring buffer to the actions of their schemas, in order. */
import type { EventSchema } from "../../codegen/object.js";
import type { Batch } from "../kernel/native.js";
import { type ActionHost, actionOf, type EventHandler } from "./actions/index.js";

/** What a record of the batch has in front: its length and its place in the ring. */
const RECORD_HEADER_BYTES = 8;

const alignUp8 = (n: number): number => (n + 7) & ~7;

export class Dispatcher {
  readonly #handlers: readonly EventHandler[];
  readonly #batchEnd: () => void;
  #isStopped = false;

  /** @param onBatchEnd - called after each batch of which something was handled */
  constructor(schemas: readonly EventSchema[], host: ActionHost, onBatchEnd: () => void) {
    this.#handlers = schemas.map((schema) => actionOf(schema.action)(schema, host));
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
    let next = 0;
    while (next < length && !this.#isStopped) {
      const at = next + RECORD_HEADER_BYTES;
      next = at + alignUp8(view.getUint32(next, true));
      const handler = this.#handlers[view.getUint32(at, true)];
      if (handler === undefined)
        throw new RangeError(`an event of schema ${view.getUint32(at, true)}, which is not there`);
      handler(batch, at);
    }
    this.#batchEnd();
  }
}
