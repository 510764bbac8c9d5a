import { periodNs, type PointOf } from "../../codegen/providers/index.js";
import { clockEvent, clockTrouble } from "./clock.js";
import type { Attach } from "./define.js";
import { openThrottled } from "./throttling.js";

/** On one CPU, whatever runs there. */
export const interval: Attach<PointOf<"interval">> = ({ points, program, cookies }, { bpf, onlineCpus }) => {
  const cpu = onlineCpus()[0] ?? 0;
  const events = points.map((point, i) => ({ spec: { ...clockEvent(point), pid: -1, cpu }, cookie: cookies?.[i] }));
  try {
    return { probes: points.length, ...openThrottled(bpf, program, events) };
  } catch (error) {
    throw clockTrouble(error, points);
  }
};

export function intervalNs(point: PointOf<"interval">): number | undefined {
  const period = periodNs(point);
  return period === undefined ? undefined : Number(period);
}
