/** What a trace leaves behind in the kernel: nothing, however it ends. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { native, type SystemCallError } from "../../src/kernel/native.js";
import { type Child, type FeatureName, kernelTest, startTsbt, waitFor } from "../support/index.js";

/** Objects with an id, and the command of bpf(2) that opens one by it (linux/bpf.h). */
const OPEN_BY_ID = { prog: 13, map: 14, btf: 19, link: 30 } as const;
type ObjectType = keyof typeof OPEN_BY_ID;

interface KernelObject {
  readonly type: ObjectType;
  readonly id: number;
}

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
      const objects = objectsOf(tsbt);
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

/** What the descriptors of a process hold. */
function objectsOf({ pid }: Child): readonly KernelObject[] {
  const directory = `/proc/${pid}/fdinfo`;
  return readdirSync(directory).flatMap((fd) => {
    const lines = readFileSync(`${directory}/${fd}`, "latin1").matchAll(/^(prog|map|btf|link)_id:\s*(\d+)$/gm);
    return Array.from(lines, ([, type, id]): KernelObject => ({ type: type as ObjectType, id: Number(id) }));
  });
}

function isAlive({ type, id }: KernelObject): boolean {
  try {
    native()
      .bpfOpen(OPEN_BY_ID[type], new Uint8Array(Uint32Array.of(id, 0, 0, 0).buffer))
      .close();
    return true;
  } catch (error) {
    if ((error as SystemCallError).code === "ENOENT") return false;
    throw error;
  }
}

/** Probes that outlive whoever made them, because they were made by writing to tracefs. */
function dynamicEvents(): string {
  const file = "/sys/kernel/tracing/dynamic_events";
  return existsSync(file) ? readFileSync(file, "latin1") : "";
}
