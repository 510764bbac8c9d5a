/** What a trace leaves behind in the kernel: nothing, however it ends. */
import { describe, expect } from "vitest";
import {
  dynamicEvents,
  type FeatureName,
  isAlive,
  kernelTest,
  objectsOf,
  startTsbt,
  waitFor,
} from "../support/index.js";

interface Row {
  readonly kind: string;
  readonly needs: FeatureName | readonly FeatureName[];
  readonly script: string;
}

const NOBODY = "/pid == 0xffffffff/";
const ROWS: readonly Row[] = [
  {
    kind: "tracepoints and clocks",
    needs: "tracepoint",
    script: `tracepoint:sched:sched_switch ${NOBODY} { @[comm] = count(); } profile:hz:10, interval:s:1 { @n = count(); }`,
  },
  { kind: "raw tracepoints", needs: [], script: `rawtracepoint:sched_switch ${NOBODY} { @ = count(); }` },
  {
    kind: "system calls",
    needs: "tracepoint",
    script: `tracepoint:syscalls:sys_enter_* ${NOBODY} { @[probe] = count(); }`,
  },
  { kind: "user functions", needs: "uprobe", script: "uprobe:libc:getppid, uretprobe:libc:getppid { @ = count(); }" },
  { kind: "kernel functions", needs: "kprobe", script: "kprobe:do_nanosleep, kretprobe:do_nanosleep { @ = count(); }" },
];

const ENDINGS: readonly { readonly ending: string; readonly signal: NodeJS.Signals }[] = [
  { ending: "is killed", signal: "SIGKILL" },
  { ending: "ends by Ctrl-C", signal: "SIGINT" },
];

describe.each(ROWS)("$kind", ({ needs, script }) => {
  for (const { ending, signal } of ENDINGS) {
    kernelTest(`a trace that ${ending} leaves nothing in the kernel`, { needs }, async () => {
      const before = dynamicEvents();
      const tsbt = await startTsbt(["-e", script]);
      const objects = objectsOf(tsbt.pid);
      expect(
        objects.map(({ type }) => type),
        tsbt.stderr,
      ).toEqual(expect.arrayContaining(["prog", "map"]));
      expect(objects.filter((object) => !isAlive(object))).toEqual([]);
      tsbt.kill(signal);
      await tsbt.finished;
      await waitFor("the kernel to free everything", () => !objects.some(isAlive));
      expect(dynamicEvents()).toEqual(before);
    });
  }
});
