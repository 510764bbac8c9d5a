/**
 * Events that found no room in the ring, from a queue of their own or from the spare ring; each knows where in the ring it
 * belongs.
 */
import { LATE_EVENT_BYTES, LATE_EVENT_OFFSET } from "../../codegen/object.js";
import type { Fd } from "../kernel/index.js";
import { type Memory, memoryOf } from "../output/index.js";
import type { Bpf } from "./bpf.js";

export interface LateEvent {
  readonly memory: Memory;
  /** Where in that it begins. */
  readonly at: number;
  /** The low half of the place in the ring at which it belongs. */
  readonly position: number;
  /** The low half of a place in the spare ring: where it is, or what the next one there would have had. */
  readonly spare: number;
}

/** Gives out new ones, each kind in its order. */
export interface LateEventSource {
  /** The next one in the queue; undefined when there is none. */
  next(): LateEvent | undefined;
  /** Those that are in the spare ring. */
  spare(): readonly LateEvent[];
}

/** @param queue - undefined when the script sends nothing that must arrive */
export function queuedEvents(bpf: Bpf, queue: Fd | undefined): LateEventSource["next"] {
  if (queue === undefined) return () => undefined;
  const event = new Uint8Array(LATE_EVENT_BYTES);
  return () => (bpf.pop(queue, event) ? queuedEvent(event.slice()) : undefined);
}

/** @param bytes - as `lower/late-events.ts` has them */
export function queuedEvent(bytes: Uint8Array): LateEvent {
  const memory = memoryOf(bytes);
  const [position, spare] = [memory.view.getUint32(0, true), memory.view.getUint32(4, true)];
  return { memory, at: LATE_EVENT_OFFSET, position, spare };
}

export class LateEvents {
  readonly #source: LateEventSource;
  #pending: LateEvent[] = [];
  /** Of the queue: what was sent before them is perhaps still in the spare ring. */
  #held: readonly LateEvent[] = [];

  constructor(source: LateEventSource) {
    this.#source = source;
  }

  /**
   * Looks for new ones. What was sent before a record of the ring is there when that record is; and when an event is in the
   * queue, what its CPU sent before is in the spare ring, and the other way round. So the queue is read before and after it.
   */
  collect(): void {
    const queued = [...this.#held, ...this.#queued()];
    this.#held = [];
    const spare = this.#source.spare();
    const last = spare.at(-1);
    if (last !== undefined) {
      const later = this.#queued();
      const behind = later.findIndex((event) => isBefore(last.spare, event.spare));
      const ready = behind === -1 ? later.length : behind;
      queued.push(...later.slice(0, ready));
      this.#held = later.slice(ready);
    }
    if (queued.length > 0 || spare.length > 0) this.#pending.push(...merged(queued, spare));
  }

  #queued(): readonly LateEvent[] {
    const queued: LateEvent[] = [];
    for (let event = this.#source.next(); event !== undefined; event = this.#source.next()) queued.push(event);
    return queued;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** The first one, if it comes before what is at `position`: the low half of a place in the ring. */
  takeBefore(position: number): LateEvent | undefined {
    const [first] = this.#pending;
    if (first === undefined || isBefore(position, first.position)) return undefined;
    return this.#pending.shift();
  }

  take(): LateEvent | undefined {
    return this.#pending.shift();
  }

  discard(): void {
    this.collect();
    this.#pending = [];
    this.#held = [];
  }
}

/** Places in a ring, of which the low half goes round. */
const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;

function merged(queued: readonly LateEvent[], spare: readonly LateEvent[]): readonly LateEvent[] {
  const all: LateEvent[] = [];
  let next = 0;
  for (const event of queued) {
    for (let other = spare[next]; other !== undefined && isBefore(other.spare, event.spare); other = spare[++next])
      all.push(other);
    all.push(event);
  }
  return [...all, ...spare.slice(next)];
}
