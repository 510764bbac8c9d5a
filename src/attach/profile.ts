import type { PointOf } from "../../codegen/providers/index.js";
import { clockEvent, clockTrouble } from "./clock.js";
import type { Attach } from "./define.js";
import { openThrottled } from "./throttling.js";

/** On every CPU; with a process only while that, or a child of it, runs there. */
export const profile: Attach<PointOf<"profile">> = ({ points, program, cookies }, { bpf, onlineCpus, pid }) => {
  const where = { pid: pid ?? -1, inherits: pid !== undefined };
  const events = points.flatMap((point, i) =>
    onlineCpus().map((cpu) => ({ spec: { ...clockEvent(point), ...where, cpu }, cookie: cookies?.[i] })),
  );
  try {
    return { probes: points.length, ...openThrottled(bpf, program, events) };
  } catch (error) {
    throw clockTrouble(error, points);
  }
};
