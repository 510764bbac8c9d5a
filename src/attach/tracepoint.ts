import type { PointOf } from "../../codegen/providers/index.js";
import { type Attach, openAll } from "./define.js";
import { PERF_TYPE } from "../../codegen/kernel/perf-event.js";
import { openPerfEvent } from "./perf-event.js";

/** Any one CPU will do: the program of a tracepoint runs wherever it is hit. */
export const tracepoint: Attach<PointOf<"tracepoint">> = ({ points, program, cookies }, { bpf }) => ({
  probes: points.length,
  fds: openAll(points, ({ id }, i) =>
    openPerfEvent(bpf, { type: PERF_TYPE.tracepoint, config: BigInt(id), pid: -1, cpu: 0 }, program, cookies?.[i]),
  ),
});
