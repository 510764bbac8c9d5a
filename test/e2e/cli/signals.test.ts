/** What ends a trace from outside: signals, and readers that go away (probes-and-cli.md 15.2). */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Child, kernelTest, startTsbt, tsbtCommand, waitFor } from "../../support/index.js";

const directory = mkdtempSync(join(tmpdir(), "tsbt-signals-"));
const STUBBORN = join(directory, "stubborn.sh");

beforeAll(() => {
  writeFileSync(STUBBORN, "trap '' TERM\necho ready\nexec >/dev/null 2>&1\nfor i in 1 2 3 4 5; do sleep 1; done\n");
});

afterAll(() => rmSync(directory, { recursive: true }));

describe("signals", () => {
  kernelTest("the status of exit() in an end probe counts after a signal", { matrix: false }, async () => {
    const tsbt = await startTsbt(["-e", "interval:s:100 { } end { exit(7); }"]);
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "\n\n", status: 7, signal: null });
  });

  kernelTest("one ends the wait for a child that exit() did not end", { matrix: false }, async () => {
    // What it writes, it writes when the signal does nothing to it any more.
    const script = "tracepoint:syscalls:sys_exit_write /pid == cpid/ { print(0); exit(4); } end { print(1); }";
    const tsbt = new Child(tsbtCommand(), ["-c", `/bin/sh ${STUBBORN}`, "-e", script]);
    await tsbt.printed("0\n");
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "ready\n0\n1\n\n\n", status: 4 });
  });

  kernelTest("a second one ends at once, though nobody reads the maps", { matrix: false }, async () => {
    const fill = "begin { for ($i : 0..4000) { @[$i] = (comm, comm, comm); } }";
    // The reader has the pipe, and reads what we write.
    const pipe = 'exec 3<&0; "$1" -e "$2" </dev/null | cat 4<&0 <&3';
    const words = ["-c", pipe, "sh", tsbtCommand(), `${fill} interval:s:100 { }`];
    const shell = new Child("/bin/sh", words, { input: "open" });
    await shell.printed("Attached 2 probes\n", "stderr");
    const pid = await waitFor("tsbt", () => childOf(shell.pid));
    process.kill(pid, "SIGINT");
    await waitFor("it to write", () => isWriting(pid));
    await setTimeout(300); // sooner it would be the same wish
    process.kill(pid, "SIGINT");
    await waitFor("its end", () => !existsSync(`/proc/${pid}`));
    shell.closeInput();
    await shell.finished;
  });

  kernelTest("SIGHUP has its default action: no maps", { matrix: false }, async () => {
    const tsbt = await startTsbt(["-e", "interval:s:100 { @ = 1; } begin { @ = 2; }"]);
    tsbt.kill("SIGHUP");
    expect(await tsbt.finished).toMatchObject({ stdout: "", signal: "SIGHUP" });
  });
});

/** 128 and the number of SIGPIPE, as of bpftrace. There is more to write than a pipe holds. */
describe("readers that go away end the trace quietly, by the signal for that", () => {
  for (const [claim, script] of [
    ["of what probes print", 'interval:ms:5 { printf("tick\\n"); }'],
    ["of a lot at once", 'begin { for ($i : 0..100000) { printf("tick\\n"); } }'],
    ["of maps", 'begin { printf("tick\\n"); for ($i : 0..4000) { @[$i] = (comm, comm, comm, comm); } }'],
  ] as const) {
    kernelTest(claim, { matrix: false }, async () => {
      const words = ["-c", `"$1" -q -e "$2" | head -n 1; echo "\${PIPESTATUS[0]}"`, "bash", tsbtCommand(), script];
      expect(await new Child("/bin/bash", words).finished).toMatchObject({ stdout: "tick\n141\n", stderr: "" });
    });
  }
});

/** The process that is tsbt by now. */
function childOf(parent: number): number | undefined {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "latin1").split(" ").filter(Boolean);
  return children.map(Number).find((pid) => readFileSync(`/proc/${pid}/comm`, "latin1") === "tsbt\n");
}

/** Sleeps in write(2), which is system call 1 on x86_64 and 64 on aarch64. */
const isWriting = (pid: number): boolean => /^(1|64) 0x1 /.test(readFileSync(`/proc/${pid}/syscall`, "latin1"));
