/** Events that are counted on every CPU: what `software` and `hardware` have in common. */
import type { CounterPoint } from "../../codegen/providers/index.js";
import type { AttachContext, AttachGroup } from "./define.js";
import type { Link } from "./link.js";
import { openThrottled } from "./throttling.js";

/** With a process only while that, or a child of it, runs there. */
export function attachCounters(
  { points, program, cookies }: AttachGroup<CounterPoint>,
  { bpf, onlineCpus, pid }: AttachContext,
  type: number,
): Link {
  const where = { pid: pid ?? -1, inherits: pid !== undefined };
  const events = points.flatMap(({ config, period }, i) =>
    onlineCpus().map((cpu) => ({
      spec: { type, config: BigInt(config), sample: { period }, ...where, cpu },
      cookie: cookies?.[i],
    })),
  );
  return { probes: points.length, ...openThrottled(bpf, program, events) };
}
