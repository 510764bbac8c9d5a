/** Events that found no room in the ring, from a queue of their own; each knows where in the ring it belongs. */
import { LATE_EVENT_BYTES } from "../../codegen/object.js";
import type { Fd } from "../kernel/native.js";
import { type Memory, memoryOf } from "../output/memory.js";
import type { Bpf } from "./bpf.js";

export interface LateEventSource {
  /** The next one; undefined when there is none. */
  take(): Uint8Array | undefined;
}

/** @param queue - undefined when the script sends nothing that must arrive */
export function lateEventSource(bpf: Bpf, queue: Fd | undefined): LateEventSource {
  if (queue === undefined) return { take: () => undefined };
  const event = new Uint8Array(LATE_EVENT_BYTES);
  return { take: () => (bpf.pop(queue, event) ? event.slice() : undefined) };
}

export class LateEvents {
  readonly #source: LateEventSource;
  #pending: Memory[] = [];

  constructor(source: LateEventSource) {
    this.#source = source;
  }

  /** Looks for new ones. What was sent before a record of the ring is there when that record is. */
  collect(): void {
    for (;;) {
      const event = this.#source.take();
      if (event === undefined) return;
      this.#pending.push(memoryOf(event));
    }
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** The first one, if it comes before what is at `position`: the low half of a place in the ring. */
  takeBefore(position: number): Memory | undefined {
    const [first] = this.#pending;
    if (first === undefined || ((position - first.view.getUint32(0, true)) | 0) < 0) return undefined;
    return this.#pending.shift();
  }

  take(): Memory | undefined {
    return this.#pending.shift();
  }

  discard(): void {
    this.collect();
    this.#pending = [];
  }
}
