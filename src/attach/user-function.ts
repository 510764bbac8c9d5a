/** Attaching to user-space code: what `uprobe` and `uretprobe` have in common. */
import type { UserFunctionPoint as Point } from "../../codegen/providers/index.js";
import type { Bpf } from "../runtime/index.js";
import type { AttachContext, AttachGroup } from "./define.js";
import { openAll } from "./define.js";
import type { DynamicPmu } from "./dynamic-pmu.js";
import type { Link } from "./link.js";
import { explained } from "./uprobe-failure.js";
import { openPerfEvent, type PerfEventSpec } from "./perf-event.js";

export function attachUserFunctions(group: AttachGroup<Point>, { bpf, pmus }: AttachContext): Link {
  const { points, program, cookies, expectedAttach } = group;
  const fds =
    expectedAttach === "uprobe-multi"
      ? openAll(linksOf(points, cookies), (link) => explained(points, () => bpf.linkUprobes(program, link)))
      : openAll(points, (point, i) =>
          explained([point], () => openPerfEvent(bpf, eventOf(point, pmus.named("uprobe")), program, cookies?.[i])),
        );
  return { probes: points.length, fds };
}

function eventOf({ filePath, offset, isReturn, pid }: Point, pmu: DynamicPmu): PerfEventSpec {
  return {
    type: pmu.type,
    config: isReturn ? pmu.returnBit : 0n,
    path: filePath,
    config2: offset,
    pid: pid ?? -1,
    cpu: pid === undefined ? 0 : -1,
  };
}

type MultiLink = Parameters<Bpf["linkUprobes"]>[1];

/** One link takes any number of places in one file. */
function linksOf(points: readonly Point[], cookies: readonly bigint[] | undefined): readonly MultiLink[] {
  const links = new Map<string, { offsets: bigint[]; cookies: bigint[] }>();
  for (const [i, { filePath, offset }] of points.entries()) {
    const link = links.get(filePath) ?? { offsets: [], cookies: [] };
    links.set(filePath, link);
    link.offsets.push(offset);
    link.cookies.push(cookies?.[i] ?? 0n);
  }
  const { isReturn, pid } = points[0] ?? { isReturn: false, pid: undefined };
  return [...links].map(([path, link]) => ({
    path,
    offsets: link.offsets,
    cookies: cookies === undefined ? undefined : link.cookies,
    isReturn,
    pid: pid ?? 0,
  }));
}
