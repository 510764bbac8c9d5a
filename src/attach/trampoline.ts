/** Programs that know from loading what they are for: what `fentry` and `fexit` have in common. */
import type { PointOf } from "../../codegen/providers/index.js";
import { type AttachContext, type AttachGroup, openAll } from "./define.js";
import type { Link } from "./link.js";

export function attachTrampolines({ points, program }: AttachGroup<PointOf<"fentry">>, { bpf }: AttachContext): Link {
  return { probes: points.length, fds: openAll(points, () => bpf.openRawTracepoint(program)) };
}
