/** The CPU clock that `interval` and `profile` fire from. */
import { type ClockPoint, periodNs } from "../../codegen/providers/index.js";
import { PERF_TYPE, SOFTWARE_EVENT } from "../../codegen/kernel/perf-event.js";
import type { PerfEventSpec } from "./perf-event.js";

export function clockEvent(point: ClockPoint): Pick<PerfEventSpec, "type" | "config" | "sample"> {
  const period = periodNs(point);
  return {
    type: PERF_TYPE.software,
    config: BigInt(SOFTWARE_EVENT.cpuClock),
    sample: period === undefined ? { frequency: point.count } : { period },
  };
}
