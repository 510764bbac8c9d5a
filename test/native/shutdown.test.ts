import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { native } from "../../src/kernel/native.js";
import { ADDON, kernelTest, run, waitFor } from "../support/index.js";
import { createRing } from "./bpf.js";

/** Opens a consumer and a watcher, with the addon's own exports, and leaves them open. */
const OPEN_ALL = `
  const module_ = { exports: {} };
  process.dlopen(module_, ${JSON.stringify(ADDON)});
  const { bpf, RingBuffer, FdWatcher, pidfdOpen } = module_.exports;
  const attr = new DataView(new ArrayBuffer(64));
  attr.setUint32(0, 27, true);
  attr.setUint32(12, 65536, true);
  const ring = new RingBuffer(bpf(0, new Uint8Array(attr.buffer), []), 65536, 4096, 0, () => {});
  const watcher = new FdWatcher(pidfdOpen(process.pid), () => {});`;

const threadNames = (): string[] =>
  readdirSync("/proc/self/task").map((id) => readFileSync(`/proc/self/task/${id}/comm`, "latin1").trim());

describe("what is still open", () => {
  for (const end of ["process.exit(3)", "process.reallyExit(3)", "module_.exports.exitNow(3)"]) {
    kernelTest(`does not disturb ${end}`, {}, async () => {
      const { status, stderr } = await run(process.execPath, ["-e", `${OPEN_ALL} setTimeout(() => ${end}, 20);`]);
      expect({ status, stderr }).toEqual({ status: 3, stderr: "" });
    });
  }

  kernelTest("ends with the worker thread that opened it", {}, async () => {
    const worker = new Worker(`${OPEN_ALL} require("worker_threads").parentPort.postMessage("open");`, { eval: true });
    await new Promise((resolve) => worker.once("message", resolve));
    await waitFor("its thread", () => threadNames().includes("tsbt-ring"));
    await worker.terminate();
    await waitFor("the end of its thread", () => !threadNames().includes("tsbt-ring"));
  });
});

kernelTest("a stopped ring buffer leaves no thread, descriptor or mapping behind", {}, async () => {
  const state = (): object => ({
    descriptors: readdirSync("/proc/self/fd").length,
    threads: threadNames().filter((name) => name === "tsbt-ring").length,
    mappings: readFileSync("/proc/self/maps", "latin1")
      .split("\n")
      .filter((line) => line.includes("bpf-map")).length,
  });
  const before = state();
  for (let i = 0; i < 3; i++) {
    const fd = createRing(1 << 16);
    native()
      .ringBuffer({ fd, sizeBytes: 1 << 16, batchBytes: 4096, intervalNs: 0, onBatch: () => {} })
      .stop();
    fd.close();
  }
  // A joined thread is listed for a moment longer.
  await waitFor("the state before", () => isDeepStrictEqual(state(), before));
});

test("an uncaught exception in a callback ends the process as usual", async () => {
  const script = `${OPEN_ALL} watcher.close(); ring.stop();
    const { spawnStopped, pidfdOpen: open } = module_.exports;
    const [pid, permission] = spawnStopped({
      path: Buffer.from("/bin/true"), argv: Buffer.from("true\\0"), limits: new BigUint64Array(), ignoredSignals: new Int32Array(),
    }, false);
    new FdWatcher(open(pid), () => { throw new Error("thrown in a callback"); });
    require("fs").closeSync(permission);`;
  const { status, stderr } = await run(process.execPath, ["-e", script]);
  expect(status).toBe(1);
  expect(stderr).toContain("thrown in a callback");
});
