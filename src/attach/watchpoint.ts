import { readdirSync } from "node:fs";
import type { PointOf } from "../../codegen/providers/index.js";
import { type Fd, isSystemCallFailure, type SystemCallFailure } from "../kernel/index.js";
import { strerror } from "../output/index.js";
import { type Attach, type AttachContext, AttachError } from "./define.js";
import { BREAKPOINT, PERF_TYPE } from "../../codegen/kernel/perf-event.js";
import { openPerfEvent } from "./perf-event.js";

/** What `bp_len` has to be when instructions are watched: `sizeof(long)`. */
const EXECUTE_BYTES = 8n;

/** One place that is watched: a CPU for all processes, or one thread wherever it runs. */
interface Watcher {
  readonly cpu: number;
  readonly tid: number;
}

/** Some CPUs or threads may have no debug register left: what can be watched is. */
export const watchpoint: Attach<PointOf<"watchpoint">> = ({ points, program, cookies }, cx) => {
  const watched = new Map<bigint, Fd[]>();
  try {
    for (const [i, point] of points.entries()) {
      const fds = watched.get(point.address) ?? [];
      watched.set(point.address, fds);
      openWatchers({ point, program, cookie: cookies?.[i] }, cx, fds);
    }
  } catch (error) {
    for (const fds of watched.values()) for (const fd of fds) fd.close();
    throw error;
  }
  return { probes: points.length, fds: [...watched.values()].flat(), watched };
};

interface Watch {
  readonly point: PointOf<"watchpoint">;
  readonly program: Fd;
  readonly cookie: bigint | undefined;
}

/** @throws {@link AttachError} when there is none */
function openWatchers({ point, program, cookie }: Watch, cx: AttachContext, opened: Fd[]): void {
  const type = [...point.mode].reduce((bits, letter) => bits | BREAKPOINT[letter as keyof typeof BREAKPOINT], 0);
  const breakpoint = { type, address: point.address, bytes: point.mode === "x" ? EXECUTE_BYTES : point.bytes };
  const event = { type: PERF_TYPE.breakpoint, config: 0n, sample: { period: 1n }, breakpoint, inherits: true };
  const before = opened.length;
  let last: (SystemCallFailure & Error) | undefined;
  for (const { cpu, tid } of watchersOf(cx)) {
    try {
      opened.push(openPerfEvent(cx.bpf, { ...event, pid: tid, cpu }, program, cookie));
    } catch (error) {
      if (!isSystemCallFailure(error) || !(error instanceof Error)) throw error;
      last = error;
      // A thread that has ended meanwhile has nothing to be watched.
      if (error.code === "ESRCH") continue;
      cx.warn(`Failed to create a perf event for cpu ${cpu} tid ${tid}: ${strerror(error.errno)}`);
    }
  }
  if (opened.length > before) return;
  if (last?.code === "ENOSPC") throw new AttachError("No more HW registers left", { cause: last });
  throw last ?? new AttachError("There is no thread to watch");
}

const watchersOf = ({ pid, onlineCpus }: AttachContext): readonly Watcher[] =>
  pid === undefined ? onlineCpus().map((cpu) => ({ cpu, tid: -1 })) : threadsOf(pid).map((tid) => ({ cpu: -1, tid }));

/** None when it has ended meanwhile. */
function threadsOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}
