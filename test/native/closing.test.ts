import { readdirSync, readFileSync, readlinkSync, existsSync } from "node:fs";
import { describe, expect } from "vitest";
import { type Fd, native } from "../../src/kernel/native.js";
import { ADDON, kernelTest, PROJECT_DIR, run, waitFor } from "../support/index.js";

const TRACEPOINT = 2;
const FD_CLOEXEC = 8;

/** A perf event of a tracepoint that counts what this process does: slow to close, since that waits for RCU. */
function openTracepoint(event: string): Fd {
  const id = Number(readFileSync(`/sys/kernel/tracing/events/syscalls/${event}/id`, "latin1"));
  const attr = new DataView(new ArrayBuffer(128));
  attr.setUint32(0, TRACEPOINT, true);
  attr.setUint32(4, attr.byteLength, true);
  attr.setUint32(8, id, true);
  const event_ = { attr: new Uint8Array(attr.buffer), pid: process.pid, cpu: -1, groupFd: -1, flags: FD_CLOEXEC };
  return native().perfEventOpen(event_);
}

const perfEvents = (pid: number | "self"): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => linkOf(`/proc/${pid}/fd/${fd}`).includes("[perf_event]")).length;

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

function linksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // it has ended
  }
}

const children = (): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);

describe("closeMany", () => {
  kernelTest("closes them all, on several threads", { needs: "tracepoint" }, async () => {
    const fds = ["sys_enter_swapon", "sys_enter_swapoff", "sys_enter_reboot"].map(openTracepoint);
    expect(perfEvents("self")).toBe(3);
    await native().closeMany(fds, 2);
    expect(perfEvents("self")).toBe(0);
    expect(() => fds[0]?.number).toThrow("closed");
  });
});

describe("detachLater", () => {
  kernelTest(
    "moves the descriptors into a child that has nothing else and ends by itself",
    { needs: "tracepoint" },
    async () => {
      const before = children();
      const fds = ["sys_enter_swapon", "sys_enter_swapoff"].map(openTracepoint);
      native().detachLater(fds);
      expect(perfEvents("self")).toBe(0);
      const holder = children().find((pid) => !before.includes(pid));
      const others = await waitFor("the child to have let go of all else", () => {
        const links = holder === undefined ? [] : linksOf(holder);
        return links.some((link) => !/perf_event|pipe|^$/.test(link)) ? undefined : links;
      });
      expect(others.filter((link) => link.includes("pipe")).length).toBeLessThan(2);
      await waitFor("the child to be reaped by the next call", () => {
        native().detachLater([openTracepoint("sys_enter_swapon")]);
        return holder === undefined || !existsSync(`/proc/${holder}`);
      });
    },
  );

  kernelTest(
    "lets a pipeline end when we do, and costs less waiting than closing",
    { needs: "tracepoint", matrix: false },
    async () => {
      const events = readdirSync("/sys/kernel/tracing/events/syscalls")
        .filter((name) => name.startsWith("sys_enter_"))
        .slice(0, 12);
      const script = `
      const module = { exports: {} };
      process.dlopen(module, ${JSON.stringify(ADDON)});
      const { perfEventOpen, detachLater, close } = module.exports;
      const { readFileSync } = require("fs");
      const open = (event) => {
        const attr = new DataView(new ArrayBuffer(128));
        attr.setUint32(0, 2, true);
        attr.setUint32(4, 128, true);
        attr.setUint32(8, Number(readFileSync("/sys/kernel/tracing/events/syscalls/" + event + "/id")), true);
        return perfEventOpen(new Uint8Array(attr.buffer), [], process.pid, -1, -1, 8);
      };
      const openAll = () => ${JSON.stringify(events)}.map(open);
      const timeOf = (work) => {
        const start = performance.now();
        work();
        return performance.now() - start;
      };
      const closed = openAll();
      const closingMs = timeOf(() => closed.forEach(close));
      const moved = openAll();
      const movingMs = timeOf(() => detachLater(Int32Array.from(moved)));
      console.log(JSON.stringify({ closingMs, movingMs }));
      process.exit();`;
      // `run` waits until the pipe of standard output has ended, which the child has too.
      const { stdout } = await run(process.execPath, ["-e", script], { cwd: PROJECT_DIR });
      const { closingMs, movingMs } = JSON.parse(stdout) as { closingMs: number; movingMs: number };
      expect(movingMs).toBeLessThan(closingMs);
    },
  );
});
