import type { PointOf } from "../../codegen/providers/index.js";
import { attachCounters } from "./counter.js";
import type { Attach } from "./define.js";
import { PERF_TYPE } from "../../codegen/kernel/perf-event.js";

export const software: Attach<PointOf<"software">> = (group, cx) => attachCounters(group, cx, PERF_TYPE.software);
