import type { PointOf } from "../../codegen/providers/index.js";
import { strerror } from "../output/index.js";
import type { Bpf } from "../runtime/index.js";
import { type Fd, isSystemCallFailure } from "../kernel/index.js";
import { type Attach, type AttachContext, AttachError, openAll } from "./define.js";
import type { DynamicPmu } from "./dynamic-pmu.js";
import { openPerfEvent, type PerfEventSpec } from "./perf-event.js";

type Point = PointOf<"usdt">;

/** Every place of a probe is attached; together they are one probe. */
export const usdt: Attach<Point> = ({ points, cookies, program, expectedAttach }, { bpf, pmus }) => {
  const sites = points.flatMap((point, i) => sitesOf(point, cookies?.[i]));
  try {
    const fds =
      expectedAttach === "uprobe-multi" ? linkAll(bpf, program, sites) : openEach({ bpf, pmus }, program, sites);
    return { probes: points.length, fds };
  } catch (error) {
    if (!isSystemCallFailure(error)) throw error;
    throw new AttachError(`Failed to attach usdt probe: ${strerror(error.errno)}`, { cause: error });
  }
};

interface Site {
  readonly filePath: string;
  readonly pid: number | undefined;
  readonly offset: bigint;
  readonly semaphoreOffset: bigint | undefined;
  readonly cookie: bigint | undefined;
}

const sitesOf = ({ filePath, pid, sites }: Point, first: bigint | undefined): readonly Site[] =>
  sites.map((site, i) => ({ ...site, filePath, pid, cookie: first === undefined ? undefined : first + BigInt(i) }));

/** One link for each file. */
function linkAll(bpf: Bpf, program: Fd, sites: readonly Site[]): readonly Fd[] {
  const files = [...new Set(sites.map(({ filePath }) => filePath))];
  return openAll(files, (path) => {
    const inFile = sites.filter(({ filePath }) => filePath === path);
    return bpf.linkUprobes(program, {
      path,
      offsets: inFile.map(({ offset }) => offset),
      referenceCounters: inFile.map(({ semaphoreOffset }) => semaphoreOffset),
      cookies: inFile.some(({ cookie }) => cookie === undefined) ? undefined : inFile.map(({ cookie }) => cookie ?? 0n),
      isReturn: false,
      pid: inFile[0]?.pid ?? 0,
    });
  });
}

/** Places are told apart by their cookies. */
function openEach(
  { bpf, pmus }: Pick<AttachContext, "bpf" | "pmus">,
  program: Fd,
  sites: readonly Site[],
): readonly Fd[] {
  const pmu = pmus.named("uprobe");
  return openAll(sites, (site) => openPerfEvent(bpf, eventOf(site, pmu), program, site.cookie));
}

function eventOf({ filePath, pid, offset, semaphoreOffset }: Site, pmu: DynamicPmu): PerfEventSpec {
  return {
    type: pmu.type,
    config: semaphoreOffset === undefined ? 0n : referenceCounter(semaphoreOffset, pmu),
    path: filePath,
    config2: offset,
    pid: pid ?? -1,
    cpu: pid === undefined ? 0 : -1,
  };
}

/** Half of the event's configuration holds the offset. */
const MAX_COUNTER_OFFSET = 0xffff_ffffn;

function referenceCounter(offset: bigint, { referenceCounterShift }: DynamicPmu): bigint {
  if (referenceCounterShift === undefined)
    throw new AttachError("This kernel cannot count who listens to a usdt probe");
  if (offset > MAX_COUNTER_OFFSET) throw new AttachError(`The semaphore of a usdt probe is too far away (${offset})`);
  return offset << referenceCounterShift;
}
