import type { TracepointPoint } from "../../codegen/providers/index.js";
import { AttachError, defineAttacher, openAll } from "./define.js";
import { openPerfEvent, PERF_TYPE } from "./perf-event.js";

export const tracepoint = defineAttacher<TracepointPoint>({
  order: "forward",
  isSlowToDetach: true,
  attach({ points, program }, { bpf, facts }) {
    const fds = openAll(points, ({ category, event }) => {
      const id = facts.tracepointFormat(category, event)?.id;
      if (id === undefined) throw new AttachError(`Tracepoint not found: ${category}:${event}`);
      // Any one CPU will do: the program of a tracepoint runs wherever it is hit.
      return openPerfEvent(bpf.native, { type: PERF_TYPE.tracepoint, config: BigInt(id), pid: -1, cpu: 0 }, program);
    });
    return { probes: points.length, fds };
  },
});
