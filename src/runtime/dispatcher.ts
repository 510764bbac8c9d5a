/** Hands the records of the ring buffer to the actions of their schemas, in order. */
import type { EventSchema } from "../../codegen/object.js";
import type { Batch } from "../kernel/index.js";
import type { Memory } from "../output/index.js";
import { type ActionHost, compileAction, type EventHandler } from "./actions/index.js";
import { UnknownEventError } from "./errors.js";
import type { LateEvents } from "./late-events.js";

/** What a record of the batch has in front: its length and its place in the ring. */
const RECORD_HEADER_BYTES = 8;

/** The low half of a record's place in the ring. */
const positionOf = (view: DataView, record: number): number => view.getUint32(record + 4, true);

const alignUp8 = (n: number): number => (n + 7) & ~7;

export class Dispatcher {
  readonly #handlers: readonly EventHandler[];
  readonly #batchEnd: () => void;
  readonly #late: LateEvents;
  #isStopped = false;

  /**
   * @param late - events that found no room in the ring
   * @param onBatchEnd - called after each batch of which something was handled
   */
  constructor(schemas: readonly EventSchema[], host: ActionHost, late: LateEvents, onBatchEnd: () => void) {
    this.#late = late;
    const { interruption } = host;
    this.#handlers = schemas.map((schema) => interruption.guard(schema.action, compileAction(schema, host)));
    this.#batchEnd = onBatchEnd;
  }

  /** Whether records are thrown away: from `exit()` on. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** What has been sent so far is thrown away. */
  resume(): void {
    if (this.#isStopped) this.#late.discard();
    this.#isStopped = false;
  }

  handle(batch: Batch): void {
    if (this.#isStopped) return;
    const { view, length } = batch;
    this.#late.collect();
    let next = 0;
    let strideBytes = 0;
    while (next < length && !this.#isStopped) {
      if (!this.#late.isEmpty) this.#handleLate(positionOf(view, next));
      const recordBytes = view.getUint32(next, true);
      const at = next + RECORD_HEADER_BYTES;
      strideBytes = RECORD_HEADER_BYTES + alignUp8(recordBytes);
      next += strideBytes;
      // An empty record only wakes us.
      if (recordBytes > 0 && !this.#isStopped) this.#handlerAt(view, at)(batch, at);
    }
    if (!this.#late.isEmpty) this.#handleLate(positionOf(view, next - strideBytes) + strideBytes);
    this.#batchEnd();
  }

  /** Of a packet, whose ring is another one. It has been captured before anything ended. */
  handlePacket(packet: Memory, at: number): void {
    this.#handlerAt(packet.view, at)(packet, at);
  }

  /** At the end, when no record is left: nothing has to be waited for. */
  flush(): void {
    this.#late.collect();
    while (!this.#isStopped) {
      const event = this.#late.take();
      if (event === undefined) return;
      this.#handlerAt(event.memory.view, event.at)(event.memory, event.at);
    }
  }

  /** Those that belong before `position`. */
  #handleLate(position: number): void {
    while (!this.#isStopped) {
      const event = this.#late.takeBefore(position);
      if (event === undefined) return;
      this.#handlerAt(event.memory.view, event.at)(event.memory, event.at);
    }
  }

  #handlerAt(view: DataView, at: number): EventHandler {
    const schema = view.getUint32(at, true);
    const handler = this.#handlers[schema];
    if (handler === undefined) throw new UnknownEventError(schema, this.#handlers.length);
    return handler;
  }
}
