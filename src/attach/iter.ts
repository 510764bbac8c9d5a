import type { PointOf } from "../../codegen/providers/index.js";
import { isSystemCallFailure } from "../kernel/system-error.js";
import { Struct } from "../kernel/struct.js";
import { type Attach, type AttachContext, AttachError, openAll } from "./define.js";

type Point = PointOf<"iter">;

export const iter: Attach<Point> = ({ points, program }, { bpf, pid }) => {
  const links = openAll(points, (point) => {
    if (point.over === "map") throw new AttachError(`iter:${point.iterator} walks a map, and no probe can say which`);
    try {
      return bpf.linkIterator(program, infoFor(point, pid));
    } catch (error) {
      throw reasonFor(error, pid);
    }
  });
  return {
    probes: points.length,
    fds: links,
    walks: links.map((link, i) => ({ link, pin: points[i]?.pin })),
  };
};

/** linux/bpf.h, `union bpf_iter_link_info` and `enum bpf_cgroup_iter_order`. */
const INFO_BYTES = 16;
const PROCESS_OFFSET = 4;
const DESCENDANTS_FIRST_TO_LAST = 2;

function infoFor({ over }: Point, pid: AttachContext["pid"]): Uint8Array | undefined {
  if (over === "cgroups") return new Struct(INFO_BYTES).u32(0, DESCENDANTS_FIRST_TO_LAST).bytes;
  if (over === "tasks" && pid !== undefined) return new Struct(INFO_BYTES).u32(PROCESS_OFFSET, pid).bytes;
  return undefined;
}

/** Older kernels find something in the information that they do not know. */
function reasonFor(error: unknown, pid: AttachContext["pid"]): unknown {
  return isSystemCallFailure(error) && error.code === "E2BIG" && pid !== undefined
    ? new AttachError("Iterators over one process need Linux 6.1 or newer", { cause: error })
    : error;
}
