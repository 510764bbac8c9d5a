/** A tracer in a namespace of its own sees its own process ids (stdlib.md 6). */
import { describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { Child, kernelTest, tsbtCommand } from "../support/index.js";
import { ticks } from "./user-probes/programs.js";

/** The first process of a namespace has number 1 there. */
const ROWS = [
  {
    claim: "pid and tid are the tracer's numbers",
    script: "begin { print((pid, tid, pid(curr_ns), pid() == pid)); }",
    stdout: /^\(1, \d+, 1, true\)$/m,
  },
  {
    claim: "the initial namespace has its own numbers",
    script: "begin { print(pid(init) == curtask.tgid); print(tid(init) == curtask.pid); print(pid(init) > 1); }",
    stdout: /^true\ntrue\ntrue$/m,
  },
  {
    claim: "a child is told by its number in the namespace",
    script: "tracepoint:sched:sched_process_exec /pid == cpid/ { @[pid] = count(); }",
    options: ["-c", "/bin/true"],
    stdout: /^@\[\d{1,2}\]: 1$/m,
  },
] as const;

const UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc"] as const;
const tracerIn = (depth: number, args: readonly string[]): Child => {
  const [file = "", ...words] = [...Array.from({ length: depth }, () => UNSHARE).flat(), tsbtCommand(), ...args];
  return new Child(file, words);
};

describe.each([1, 2])("in a PID namespace of depth %i", (depth) => {
  for (const row of ROWS) {
    kernelTest(row.claim, {}, async () => {
      const options = "options" in row ? row.options : [];
      const result = await tracerIn(depth, [...options, "-e", row.script]).finished;
      expect(result.stdout, transcript(result)).toMatch(row.stdout);
      expect(result.status, transcript(result)).toBe(0);
    });
  }

  kernelTest("a process outside has number 0, and nothing is said of it", { package: "gcc" }, async () => {
    const outside = new Child(ticks(), []);
    await outside.printed("ready");
    const fired = "tracepoint:syscalls:sys_enter_clock_nanosleep /curtask.tgid == $1 && pid == 0/";
    const script = `${fired} { @n++; @[pid, tid, pid(init) == $1, usym(1)] = count(); if (@n == 20) { clear(@n); exit(); } }`;
    const result = await tracerIn(depth, ["-e", script, `${outside.pid}`]).finished;
    expect(result.stdout, transcript(result)).toMatch(/^\s*@\[0, 0, true, 0x1\]: \d+\s*$/);
    expect(result.status).toBe(0);
    expect(result.stderr).toBe("Attached 1 probe\n");
  });

  kernelTest("-p is a number of the namespace: a process outside does not match", { package: "gcc" }, async () => {
    const outside = new Child(ticks(), []);
    await outside.printed("ready");
    const trace = `exec ${tsbtCommand()} -p $! -e 'tracepoint:syscalls:sys_enter_clock_nanosleep { @[pid == $1] = count(); @n++; if (@n == 20) { clear(@n); exit(); } }' $!`;
    const [file = "", ...words] = [...Array.from({ length: depth }, () => UNSHARE).flat(), "sh", "-c"];
    const result = await new Child(file, [...words, `${ticks()} > /dev/null & ${trace}`]).finished;
    expect(result.stdout, transcript(result)).toMatch(/^\s*@\[true\]: \d+\s*$/);
    expect(result.status).toBe(0);
  });
});
