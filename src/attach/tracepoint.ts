import { PERF_TYPE } from "../../codegen/kernel/perf-event.js";
import type { PointOf } from "../../codegen/providers/index.js";
import type { Fd } from "../kernel/index.js";
import { type Attach, type AttachContext, type AttachGroup, openAll } from "./define.js";
import { openPerfEvent } from "./perf-event.js";

type Point = PointOf<"tracepoint">;

/** One program finds out itself which of the points has fired, or each has an event. */
export const tracepoint: Attach<Point> = (group, cx) => ({
  probes: group.points.length,
  fds: group.expectedAttach === "raw-tp" ? [cx.bpf.openRawTracepoint(group.program)] : openEvents(group, cx),
});

/** Any one CPU will do: the program of a tracepoint runs wherever it is hit. */
function openEvents({ points, program, cookies }: AttachGroup<Point>, { bpf }: AttachContext): readonly Fd[] {
  const shared = points[0]?.sharedId;
  const ids = shared === undefined ? points.map(({ id }) => id) : [shared];
  return openAll(ids, (id, i) =>
    openPerfEvent(bpf, { type: PERF_TYPE.tracepoint, config: BigInt(id ?? 0), pid: -1, cpu: 0 }, program, cookies?.[i]),
  );
}
