import type { PointOf } from "../../codegen/providers/index.js";
import { clockEvent } from "./clock.js";
import { type Attach, openAll } from "./define.js";
import { openPerfEvent } from "./perf-event.js";

/** On one CPU, whatever runs there. */
export const interval: Attach<PointOf<"interval">> = ({ points, program, cookies }, { bpf, onlineCpus }) => {
  const cpu = onlineCpus()[0] ?? 0;
  const fds = openAll(points, (point, i) =>
    openPerfEvent(bpf, { ...clockEvent(point), pid: -1, cpu }, program, cookies?.[i]),
  );
  return { probes: points.length, fds };
};
