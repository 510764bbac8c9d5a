/**
 * Events whose clock or counter the kernel stops for the rest of a tick when they fire more often than it allows
 * (`kernel.perf_event_max_sample_rate`): it tells in the ring of the event, which holds nothing else.
 */
import { PERF_RECORD } from "../../codegen/kernel/perf-event.js";
import { type Fd, isSystemCallFailure, type Native, PerfRing } from "../kernel/index.js";
import type { Bpf } from "../runtime/index.js";
import { openAll } from "./define.js";
import { openPerfEvent, type PerfEventSpec } from "./perf-event.js";

/** Readable when half full. */
const RING_BYTES = 4096;

/** linux/perf_event.h: u32 type, u16 misc, u16 size. */
const RECORD_HEADER_BYTES = 8;

/** Counts how often one event was stopped. */
export class ThrottleMeter {
  readonly #ring: PerfRing;
  #count = 0n;

  /** @param event - is closed with the meter */
  constructor(native: Native, event: Fd) {
    this.#ring = new PerfRing(native, event, RING_BYTES, () => this.#read());
  }

  /** Until now. */
  get count(): bigint {
    this.#read();
    return this.#count;
  }

  close(): void {
    this.#ring.close();
  }

  #read(): void {
    this.#ring.take((records) => {
      for (let at = 0; at + RECORD_HEADER_BYTES <= records.length;) {
        if (records.readUInt32LE(at) === PERF_RECORD.throttle) this.#count++;
        at += Math.max(records.readUInt16LE(at + 6), RECORD_HEADER_BYTES);
      }
    });
  }
}

/** One such event. */
export interface ThrottledEvent {
  readonly spec: PerfEventSpec;
  readonly cookie: bigint | undefined;
}

/** Opens them, each with a meter if memory may be locked for it. */
export function openThrottled(
  bpf: Bpf,
  program: Fd,
  events: readonly ThrottledEvent[],
): { readonly fds: readonly Fd[]; readonly throttles: readonly ThrottleMeter[] } {
  const throttles: ThrottleMeter[] = [];
  const measure = (event: Fd): boolean => {
    try {
      throttles.push(new ThrottleMeter(bpf.native, event));
      return true;
    } catch (error) {
      if (!isSystemCallFailure(error)) throw error;
      return false;
    }
  };
  try {
    const fds = openAll(events, ({ spec, cookie }) => openPerfEvent(bpf, spec, program, cookie, { keep: measure }));
    return { fds, throttles };
  } catch (error) {
    for (const meter of throttles) meter.close();
    throw error;
  }
}
