/** Events that are counted on every CPU: what `software` and `hardware` have in common. */
import type { CounterPoint } from "../../codegen/providers/index.js";
import { type AttachContext, type AttachGroup, openAll } from "./define.js";
import type { Link } from "./link.js";
import { openPerfEvent } from "./perf-event.js";

/** With a process only while that, or a child of it, runs there. */
export function attachCounters(
  { points, program, cookies }: AttachGroup<CounterPoint>,
  { bpf, onlineCpus, pid }: AttachContext,
  type: number,
): Link {
  const events = points.flatMap((point, i) => onlineCpus().map((cpu) => ({ point, cpu, cookie: cookies?.[i] })));
  const fds = openAll(events, ({ point: { config, period }, cpu, cookie }) => {
    const event = { type, config: BigInt(config), sample: { period }, cpu };
    return openPerfEvent(bpf, { ...event, pid: pid ?? -1, inherits: pid !== undefined }, program, cookie);
  });
  return { probes: points.length, fds };
}
