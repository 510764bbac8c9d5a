import { describe, expect, test } from "vitest";
import { ADDON, kernelTest, run } from "../support/index.js";

/** What is tried in a process of its own: `tried(NAME, work)` reports what came of it, and what was left behind. */
const PRELUDE = `
  const module_ = { exports: {} };
  process.dlopen(module_, ${JSON.stringify(ADDON)});
  const addon = module_.exports;
  const { readdirSync, readFileSync, openSync, closeSync } = require("fs");
  const NO_LIMITS = { limits: new BigUint64Array(), ignoredSignals: new Int32Array() };
  const TRUE = { path: Buffer.from("/bin/true"), argv: Buffer.from("true\\0"), ...NO_LIMITS };
  const RLIMIT_NPROC = 6, RLIMIT_NOFILE = 7;
  function openRingMap() {
    const attr = new DataView(new ArrayBuffer(64));
    attr.setUint32(0, 27, true);
    attr.setUint32(12, 65536, true);
    return addon.bpf(0, new Uint8Array(attr.buffer), [], 0);
  }
  const childrenOf = () =>
    readFileSync("/proc/self/task/" + process.pid + "/children", "latin1").split(" ").filter(Boolean);
  const state = () => [
    readdirSync("/proc/self/fd").length,
    childrenOf().length,
    readFileSync("/proc/self/maps", "latin1").split("bpf-map").length,
  ].join();
  const results = {};
  function tried(name, work) {
    let outcome = "worked";
    try { work(); } catch (error) { outcome = error.code + " of " + error.syscall; }
    results[name] = outcome;
  }
  const print = () => console.log(JSON.stringify(results));`;

async function outcomes(script: string): Promise<unknown> {
  const { status, stdout, stderr } = await run(process.execPath, ["-e", `${PRELUDE}\n${script}`]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("what cannot be had is an error, and leaves nothing behind", () => {
  kernelTest("a full table of descriptors", {}, async () => {
    const found = await outcomes(`
      const map = openRingMap();
      const before = state();
      const [soft, hard] = addon.getRlimit(RLIMIT_NOFILE);
      const full = [];
      // Not at once: pipes and such want two or more, and some of what is open then has to be closed again.
      for (const free of [0, 1, 2, 3]) {
        const extra = [openSync("/dev/null"), openSync("/dev/null")];
        const highest = Math.max(...readdirSync("/proc/self/fd").map(Number));
        const open = readdirSync("/proc/self/fd").length - 1;
        for (let i = open; i <= highest; i++) full.push(openSync("/dev/null"));
        const limit = highest + 1 + free;
        const filled = [];
        addon.setRlimit(RLIMIT_NOFILE, BigInt(limit), hard);
        try { for (;;) filled.push(openSync("/dev/null")); } catch {}
        for (let i = 0; i < free; i++) closeSync(filled.pop() ?? full.pop());
        tried("child " + free, () => { addon.spawnStopped(TRUE, false); });
        tried("capture " + free, () => { addon.capture(TRUE, -1); });
        tried("ring " + free, () => { new addon.RingBuffer(map, 65536, 4096, 0, () => {}).stop(); });
        tried("later " + free, () => { addon.detachLater(Int32Array.from(extra)); });
        addon.setRlimit(RLIMIT_NOFILE, soft, hard);
        for (const fd of [...filled, ...full.splice(0)]) closeSync(fd);
      }
      // Holders of descriptors end by themselves.
      for (const pid of childrenOf()) addon.waitChild(Number(pid), true);
      results.left = state() === before ? "nothing" : before + " became " + state();
      print();`);
    expect(found).toEqual({
      "child 0": "EMFILE of pipe2",
      "child 1": "EMFILE of pipe2",
      "child 2": "EMFILE of pipe2",
      "child 3": "EMFILE of pipe2",
      "capture 0": "EMFILE of pipe2",
      "capture 1": "EMFILE of pipe2",
      "capture 2": "EMFILE of pipe2",
      "capture 3": "EMFILE of pipe2",
      "ring 0": "EMFILE of mmap",
      "ring 1": "EMFILE of epoll_ctl",
      "ring 2": "EMFILE of epoll_ctl",
      "ring 3": "worked",
      "later 0": "worked",
      "later 1": "worked",
      "later 2": "worked",
      "later 3": "worked",
      left: "nothing",
    });
  });

  kernelTest("threads, children and memory", { matrix: false }, async () => {
    const found = await outcomes(`
      require("fs").stat("/", () => {  // the threads of the event loop are there
        const map = openRingMap();
        const fds = Int32Array.from({ length: 8 }, () => openSync("/dev/null"));
        const more = Int32Array.from({ length: 2 }, () => openSync("/dev/null"));
        const before = state();
        tried("memory", () => new addon.RingBuffer(map, 65536, 2 ** 52, 0, () => {}));
        process.setgid(65534);
        process.setuid(65534);
        addon.setRlimit(RLIMIT_NPROC, 0n, 0n);
        tried("thread", () => new addon.RingBuffer(map, 65536, 4096, 0, () => {}));
        tried("child", () => addon.spawnStopped(TRUE, false));
        tried("capture", () => addon.capture(TRUE, -1));
        results.left = state() === before ? "nothing" : before + " became " + state();
        const open = readdirSync("/proc/self/fd").length;
        tried("later", () => addon.detachLater(more));
        addon.closeMany(fds, 4).then(() => {
          results.closed = open - readdirSync("/proc/self/fd").length;
          print();
          process.exit();
        });
      });`);
    expect(found).toEqual({
      memory: "ENOMEM of mmap",
      thread: "EAGAIN of pthread_create",
      child: "EAGAIN of fork",
      capture: "EAGAIN of fork",
      left: "nothing",
      later: "worked",
      closed: 10,
    });
  });

  test("an exception of C++ is one of JavaScript", async (context) => {
    if (process.env["LD_PRELOAD"]?.includes("san") === true)
      return context.skip("a sanitizer ends a process that has no memory");
    const found = await outcomes(`
      const ignoredSignals = new Int32Array(2 ** 26);
      const RLIMIT_AS = 9;
      // Enough for all that Node's threads want meanwhile, and not for the copy.
      const pages = BigInt(readFileSync("/proc/self/statm", "latin1").split(" ")[0]);
      addon.setRlimit(RLIMIT_AS, pages * 4096n + 2n ** 27n, 2n ** 62n);
      try { addon.spawnStopped({ ...TRUE, ignoredSignals }, false); } catch (error) { results.message = error.message; }
      addon.setRlimit(RLIMIT_AS, 2n ** 62n, 2n ** 62n);
      print();`);
    expect(found).toEqual({ message: "std::bad_alloc" });
  });
});
