import type { PointOf } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../kernel/index.js";
import { attachCounters } from "./counter.js";
import { type Attach, AttachError } from "./define.js";
import { PERF_TYPE } from "../../codegen/kernel/perf-event.js";

/** Virtual machines seldom have counters, and processors not all of them. */
export const hardware: Attach<PointOf<"hardware">> = (group, cx) => {
  try {
    return attachCounters(group, cx, PERF_TYPE.hardware);
  } catch (error) {
    const isMissing = isSystemCallFailure(error) && MISSING.has(error.code);
    throw isMissing ? new AttachError("This machine has no such hardware counter", { cause: error }) : error;
  }
};

/** No PMU at all; none for this event; one that cannot sample. */
const MISSING: ReadonlySet<string> = new Set(["ENOENT", "ENODEV", "EOPNOTSUPP"]);
