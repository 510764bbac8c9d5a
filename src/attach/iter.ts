import { BPF_CGROUP_ITER_DESCENDANTS_PRE, ITER_LINK_INFO_BYTES } from "../../codegen/kernel/bpf.js";
import { ITER_LINK_INFO } from "../../codegen/kernel/bpf-attr.js";
import type { PointOf } from "../../codegen/providers/index.js";
import { isSystemCallFailure, Struct } from "../kernel/index.js";
import { type Attach, type AttachContext, AttachError, openAll } from "./define.js";

type Point = PointOf<"iter">;

export const iter: Attach<Point> = ({ points, program }, { bpf, pid }) => {
  const links = openAll(points, (point) => {
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

function infoFor({ over }: Point, pid: AttachContext["pid"]): Uint8Array | undefined {
  if (over === "cgroups")
    return new Struct(ITER_LINK_INFO_BYTES).u32(ITER_LINK_INFO.cgroupOrder, BPF_CGROUP_ITER_DESCENDANTS_PRE).bytes;
  if (over === "tasks" && pid !== undefined)
    return new Struct(ITER_LINK_INFO_BYTES).u32(ITER_LINK_INFO.taskPid, pid).bytes;
  return undefined;
}

/** Older kernels find something in the information that they do not know. */
function reasonFor(error: unknown, pid: AttachContext["pid"]): unknown {
  return isSystemCallFailure(error) && error.code === "E2BIG" && pid !== undefined
    ? new AttachError("Iterators over one process need Linux 6.1 or newer", { cause: error })
    : error;
}
