/** The CPU clock that `interval` and `profile` fire from. */
import type { PerfEventSpec } from "./perf-event.js";
import { PERF_TYPE, SOFTWARE_EVENT } from "./perf-event.js";

/** What both providers' points have. */
export interface ClockPoint {
  /** As written, or `us` for a bare time. */
  readonly unit: string;
  readonly count: number;
  /** Undefined for `hz`. */
  readonly periodNs: number | undefined;
}

export function clockEvent(point: ClockPoint): Pick<PerfEventSpec, "type" | "config" | "sample"> {
  const { periodNs, count } = point;
  return {
    type: PERF_TYPE.software,
    config: BigInt(SOFTWARE_EVENT.cpuClock),
    sample: periodNs === undefined ? { frequency: BigInt(count) } : { period: BigInt(periodNs) },
  };
}
