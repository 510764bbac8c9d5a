/** `software`, `hardware` and `watchpoint`: events that the kernel or the processor counts. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { presenceOf } from "../support/features.js";
import { checkScript, Child, compileC, kernelTest, runTsbt, startTsbt, writtenHere } from "../support/index.js";

/** Writes `counter` and `other` by turns, as often as it is told. */
const WRITER = `
#include <stdlib.h>
#include <unistd.h>
volatile long counter;
volatile long other;
__attribute__((noinline)) void touch(void) { counter++; }
int main(int argc, char **argv) {
  for (int i = atoi(argv[1]); i > 0; i--) {
    touch();
    other++;
    if (argc > 2) usleep(100);
  }
  return 0;
}
`;
/** Changes what it is given the address of, once for each line that it is sent. */
const HANDED_OVER = `
#include <stdio.h>
__attribute__((noinline)) void increment(int by, int *number) { *(volatile int *)number += by; }
int main(void) {
  static int number;
  char line[10];
  while (fgets(line, sizeof line, stdin)) increment(1, &number);
  return 0;
}
`;
const writer = (): string => compileC(WRITER, { name: "writer", flags: ["-no-pie", "-O1"] });

/** Addresses of a program that always lies at the same place. */
function addressOf(path: string, symbol: string): string {
  const lines = execFileSync("nm", [path], { encoding: "latin1" }).split("\n");
  const line = lines.find((text) => text.endsWith(` ${symbol}`));
  if (line === undefined) throw new Error(`${path} has no ${symbol}`);
  return `0x${line.slice(0, 16)}`;
}

/** What a program of one page for every step does to its memory. */
const TOUCHER = `
#include <sys/mman.h>
int main(void) {
  char *pages = mmap(0, 1200 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(pages, 1200 * 4096, MADV_NOHUGEPAGE);
  for (int i = 0; i < 1200; i++) pages[i * 4096] = 1;
  return 0;
}
`;

describe("software", () => {
  kernelTest("an event fires each time its number is reached, in the process of -c", { package: "gcc" }, async () => {
    const toucher = compileC(TOUCHER, { name: "toucher" });
    await checkScript({
      script:
        "software:page-faults:1 { @one++; } s:faults:100 { @hundred++; @p[comm] = 1; } END { print(@one >= 1000); print(@hundred >= 10 && @hundred * 100 <= @one); }",
      options: ["-c", toucher],
      match: [/^true\ntrue\n/, /^@p\[toucher\]: 1$/m],
    });
  });

  kernelTest("the process of -p and its children alone are counted", {}, async () => {
    await checkScript({
      script: "software:cpu-clock:1000000 { @[pid == $1] = count(); if (nsecs > 0) { exit(); } }",
      options: ["-p", String(process.pid)],
      args: [String(process.pid)],
      trigger: () => {
        const until = Date.now() + 50;
        while (Date.now() < until);
      },
      match: /^@\[true\]: \d+$/m,
    });
  });

  kernelTest("events are listed with their aliases", {}, async () => {
    const { stdout } = await runTsbt(["-l", "software:*"]);
    expect(stdout).toBe(
      [
        "alignment-faults",
        "bpf-output",
        "context-switches",
        "cpu-clock",
        "cpu-migrations",
        "cpu",
        "cs",
        "dummy",
        "emulation-faults",
        "faults",
        "major-faults",
        "minor-faults",
        "page-faults",
        "task-clock",
      ]
        .map((event) => `software:${event}:\n`)
        .join(""),
    );
    const own = await runTsbt(["-l", "-e", "software:cpu:100 { } h:cycles { } watchpoint:0x1000:8:w { }"]);
    expect(own.stdout).toBe("software:cpu:\nhardware:cycles:\n");
  });
});

describe("hardware", () => {
  kernelTest("an event fires, or the machine is said to have no such counter", { package: "gcc" }, async () => {
    const has = presenceOf("hardware-counters").kind === "present";
    const options = ["-c", `${writer()} 100000`];
    const script = "hardware:cycles { @ = count(); }";
    const failure = {
      stderr:
        "ERROR: This machine has no such hardware counter\n" +
        "ERROR: Unable to attach probe: hardware:cycles. If this is expected, set the 'missing_probes' config variable to 'warn'.\n" +
        writtenHere(script, "hardware:cycles"),
      status: 255,
    };
    await checkScript({
      script,
      options,
      ...(has ? { match: /^@: \d+$/m } : failure),
    });
  });
});

describe("watchpoint", () => {
  kernelTest("writes, reads and writes, and calls are seen", { package: "gcc" }, async () => {
    const path = writer();
    for (const [symbol, rest, hits] of [
      ["counter", "8:w", 10],
      // Compilers may read, add and write, or add in memory.
      ["counter", "8:rw", "(10|20)"],
      ["counter", "1:w", 10],
      ["touch", "1:x", 10],
    ] as const) {
      await checkScript({
        script: `watchpoint:${addressOf(path, symbol)}:${rest} /usermode/ { @[comm] = count(); }`,
        options: ["-c", `${path} 10`],
        match: new RegExp(`^@\\[writer\\]: ${hits}$`, "m"),
      });
    }
  });

  for (const [script, message] of [
    ["asyncwatchpoint:0x1000:8:rw { }", "Invalid probe type: asyncwatchpoint"],
    ["watchpoint:f+arg1:4:w { }", "Invalid function/address argument: invalid integer: f+arg1"],
    ["watchpoint:/bin/app:f+arg1:4:w { }", "watchpoint probe type requires 3 arguments, found 4"],
  ] as const) {
    kernelTest(`what bpftrace had once is refused, with what to do: ${script}`, { matrix: false }, async () => {
      const { stdout, stderr, status } = await runTsbt(["-e", script]);
      const point = script.slice(0, -" { }".length);
      expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
      expect(stderr.replace(/^ *~+\n/m, "")).toBe(
        `stdin:1:1-${point.length + 1}: ERROR: ${message}\n${script}\n` +
          "HINT: watchpoints on function arguments are gone from bpftrace: print the address in a probe on the function " +
          '(uprobe:FILE:FUNCTION { printf("%p\\n", arg0); }), and watch it with -p PID\n',
      );
    });
  }

  // What the hint of those says.
  kernelTest("an address that a probe on a function has printed is watched with -p", { package: "gcc" }, async () => {
    const path = compileC(HANDED_OVER, { name: "handed-over", flags: ["-O1"] });
    const target = new Child(path, [], { input: "open" });
    const probe = await startTsbt([
      "-p",
      String(target.pid),
      "-e",
      `uprobe:${path}:increment { printf("at %p\\n", arg1); exit(); }`,
    ]);
    target.write("\n");
    const { stdout } = await probe.finished;
    const address = /^at (0x[0-9a-f]+)$/m.exec(stdout)?.[1] ?? "";
    const watch = await startTsbt([
      "-p",
      String(target.pid),
      "-e",
      `watchpoint:${address}:4:w /usermode/ { print(*uptr((int32 *)${address})); exit(); }`,
    ]);
    target.write("\n");
    expect((await watch.finished).stdout).toBe("2\n\n\n");
  });

  kernelTest("unwatch() ends it, and the run goes on", { package: "gcc" }, async () => {
    const path = writer();
    const [counter, other] = [addressOf(path, "counter"), addressOf(path, "other")];
    await checkScript({
      script: `w:${counter}:8:w /usermode/ { @n++; @at = @seen; unwatch(${counter}); }
        w:${other}:8:w /usermode/ { @seen++; if (@n > 0 && @seen > @at + 500) { printf("quiet\\n"); exit(); } }`,
      options: ["-c", `${path} 1000000 slowly`],
      match: /^quiet\n/,
    });
  });

  kernelTest("more than the processor has", { package: "gcc" }, async () => {
    const path = writer();
    const counter = BigInt(addressOf(path, "counter"));
    const points = Array.from({ length: 5 }, (_, i) => `watchpoint:${counter + BigInt(i * 8)}:8:w`);
    await checkScript({
      script: `${points.join(", ")} { }`,
      options: ["-c", `${path} 1`],
      stderrMatch: [
        /^WARNING: Failed to create a perf event for cpu -1 tid \d+: No space left on device$/m,
        /^ERROR: No more HW registers left$/m,
      ],
      status: 255,
    });
  });
});

kernelTest("clocks that are asked for more than the kernel allows say how much that is", {}, async () => {
  const limit = Number(readFileSync("/proc/sys/kernel/perf_event_max_sample_rate", "latin1"));
  for (const provider of ["profile", "interval"]) {
    const point = `${provider}:hz:99999999999`;
    const script = `${point} { }`;
    const { stderr, status } = await runTsbt(["-e", script]);
    expect(stderr).toBe(
      `ERROR: The kernel samples at most ${limit} times a second (kernel.perf_event_max_sample_rate)\n` +
        `ERROR: Unable to attach probe: ${point}. If this is expected, set the 'missing_probes' config variable to 'warn'.\n` +
        writtenHere(script, point),
    );
    expect(status).toBe(255);
  }
});
