/** The CPU clock that `interval` and `profile` fire from. */
import { type ClockPoint, periodNs } from "../../codegen/providers/index.js";
import { PERF_TYPE, SOFTWARE_EVENT } from "../../codegen/kernel/perf-event.js";
import { isSystemCallFailure, readOrUndefined } from "../kernel/index.js";
import { AttachError } from "./define.js";
import type { PerfEventSpec } from "./perf-event.js";

export function clockEvent(point: ClockPoint): Pick<PerfEventSpec, "type" | "config" | "sample"> {
  const period = periodNs(point);
  return {
    type: PERF_TYPE.software,
    config: BigInt(SOFTWARE_EVENT.cpuClock),
    sample: period === undefined ? { frequency: point.count } : { period },
  };
}

const LIMIT = "kernel.perf_event_max_sample_rate";

/** The kernel has a word of its own for nothing of this. */
export function clockTrouble(error: unknown, points: readonly ClockPoint[]): unknown {
  if (!isSystemCallFailure(error) || error.code !== "EINVAL") return error;
  const limit = Number(readOrUndefined(`/proc/sys/${LIMIT.replace(".", "/")}`) ?? Infinity);
  const isTooOften = points.some((point) => periodNs(point) === undefined && Number(point.count) > limit);
  return isTooOften
    ? new AttachError(`The kernel samples at most ${limit} times a second (${LIMIT})`, { cause: error })
    : error;
}
