import { mkdtempSync, readFileSync, readlinkSync, rmSync, existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { type Child, type ExitStatus, native, type SpawnOptions } from "../../src/kernel/native.js";
import { ADDON, PROJECT_DIR, run, waitFor } from "../support/index.js";

const dir = mkdtempSync(join(tmpdir(), "tsbt-child-"));
afterAll(() => rmSync(dir, { recursive: true }));

const shell = (script: string, options: Partial<SpawnOptions> = {}): Child =>
  native().spawnStopped({ path: "/bin/sh", argv: ["sh", "-c", script], stopAtExec: false, ...options });

const exitOf = (child: Child): Promise<ExitStatus> => new Promise((resolve) => child.onExit(resolve));

describe("a child", () => {
  test("waits for its release, then runs to its end", async () => {
    const file = join(dir, "ran");
    const child = shell(`echo "$0" > ${file}; exit 7`);
    await sleep(50);
    expect(existsSync(file)).toBe(false);
    expect(process.kill(child.pid, 0)).toBe(true);
    const exit = exitOf(child);
    child.release();
    expect(await exit).toEqual({ code: 7, signal: undefined });
    expect(readFileSync(file, "latin1")).toBe("sh\n");
    child.close();
  });

  test("is already the new program when release() returns", () => {
    const child = native().spawnStopped({ path: "/bin/sleep", argv: ["sleep", "60"], stopAtExec: false });
    child.release();
    expect(readlinkSync(`/proc/${child.pid}/exe`)).toMatch(/sleep|coreutils|busybox/);
    child.kill("SIGKILL");
    expect(child.wait()).toEqual({ code: undefined, signal: 9 });
    child.close();
  });

  test("reports a failed exec", () => {
    const child = native().spawnStopped({ path: "/nowhere", argv: ["nowhere"], stopAtExec: false });
    expect(() => child.release()).toThrow(expect.objectContaining({ code: "ENOENT", syscall: "execve" }));
    expect(child.wait().code).toBe(127);
    child.close();
  });

  test("has our environment, or the one it is given", () => {
    process.env["TSBT_CHILD_TEST"] = "inherited";
    const read = (env?: string[]): string => {
      const file = join(dir, "env");
      const child = shell(`echo "$TSBT_CHILD_TEST" > ${file}`, env && { env });
      child.release();
      child.wait();
      child.close();
      return readFileSync(file, "latin1");
    };
    expect(read()).toBe("inherited\n");
    expect(read(["TSBT_CHILD_TEST=b\u00ff"])).toBe("b\u00ff\n");
    delete process.env["TSBT_CHILD_TEST"];
  });

  test("has our standard descriptors and no others, and no signal ignored or blocked", () => {
    const file = join(dir, "state");
    const child = shell(`(cd /proc/$$/fd; echo [0-9]*; grep -E 'SigIgn|SigBlk' ../status) > ${file}`);
    child.release();
    child.wait();
    child.close();
    const text = readFileSync(file, "latin1");
    expect(text).toMatch(/^0 1 2\n/);
    expect(text).toMatch(/SigBlk:\t0{16}\n/);
    expect(text).toMatch(/SigIgn:\t0{16}\n/);
  });

  test("can be stopped once more at its exec", async () => {
    const file = join(dir, "stopped");
    const child = shell(`echo > ${file}`, { stopAtExec: true });
    child.release();
    expect(readFileSync(`/proc/${child.pid}/status`, "latin1")).toMatch(/State:\tt/);
    await sleep(30);
    expect(existsSync(file)).toBe(false);
    const exit = exitOf(child);
    child.resume();
    expect((await exit).code).toBe(0);
    expect(existsSync(file)).toBe(true);
    child.close();
  });

  test("never runs when it is closed before its release", () => {
    const file = join(dir, "never");
    const child = shell(`echo > ${file}`);
    child.close();
    expect(existsSync(`/proc/${child.pid}`)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  test.each(["SIGKILL", "SIGTERM"])("dies when its parent dies of %s, released or not", async (signal) => {
    const script = `
      const module = { exports: {} };
      process.dlopen(module, ${JSON.stringify(ADDON)});
      const block = (...strings) => Buffer.from(strings.map((s) => s + "\\0").join(""));
      const program = (path, ...argv) => ({
        path: Buffer.from(path), argv: block(...argv), limits: new BigUint64Array(), ignoredSignals: new Int32Array(),
      });
      const spawn = () => module.exports.spawnStopped(program("/bin/sleep", "sleep", "60"), false);
      const [waiting] = spawn();
      const [released, permission] = spawn();
      require("fs").writeSync(permission, "x");
      console.log(waiting, released);
      setTimeout(() => process.kill(process.pid, "${signal}"), 50);
      setTimeout(() => {}, 60000);`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: PROJECT_DIR });
    const pids = stdout.trim().split(" ");
    expect(pids.length).toBe(2);
    await waitFor("both to be gone", () => pids.every((pid) => isGone(pid)));
  });

  test("leaves no descriptor behind", async () => {
    const before = readdirSync("/proc/self/fd").length;
    for (const stopAtExec of [false, true]) {
      const child = shell("exit 0", { stopAtExec });
      child.release();
      if (stopAtExec) child.resume();
      await exitOf(child);
      child.close();
    }
    expect(readdirSync("/proc/self/fd").length).toBe(before);
  });
});

function isGone(pid: string): boolean {
  try {
    return /State:\tZ/.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return true;
  }
}

test("watch() tells when any process ends", async () => {
  const child = shell("read line < /dev/null; exit 0");
  const pidfd = native().pidfdOpen(child.pid);
  const ended = new Promise<void>((resolve) => {
    const watcher = native().watch(pidfd, () => {
      watcher.close();
      watcher.close();
      resolve();
    });
  });
  child.release();
  await ended;
  pidfd.close();
  child.wait();
  child.close();
});
