import type { PointOf } from "../../codegen/providers/index.js";
import { clockEvent } from "./clock.js";
import { type Attach, openAll } from "./define.js";
import { openPerfEvent } from "./perf-event.js";

/** On every CPU; with a process only while that, or a child of it, runs there. */
export const profile: Attach<PointOf<"profile">> = ({ points, program, cookies }, { bpf, onlineCpus, pid }) => {
  const events = points.flatMap((point, i) => onlineCpus().map((cpu) => ({ point, cpu, cookie: cookies?.[i] })));
  const fds = openAll(events, ({ point, cpu, cookie }) =>
    openPerfEvent(bpf, { ...clockEvent(point), pid: pid ?? -1, cpu, inherits: pid !== undefined }, program, cookie),
  );
  return { probes: points.length, fds };
};
