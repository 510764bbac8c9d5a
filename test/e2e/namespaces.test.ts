/** A tracer in a namespace of its own sees its own process ids (stdlib.md 6). */
import { describe, expect } from "vitest";
import { transcript } from "../support/child.js";
import { Child, kernelTest, tsbtCommand } from "../support/index.js";

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

describe("in a PID namespace", () => {
  for (const row of ROWS) {
    kernelTest(row.claim, {}, async () => {
      const options = "options" in row ? row.options : [];
      const tracer = [tsbtCommand(), ...options, "-e", row.script];
      const child = new Child("unshare", ["--pid", "--fork", "--mount-proc", ...tracer]);
      const result = await child.finished;
      expect(result.stdout, transcript(result)).toMatch(row.stdout);
      expect(result.status, transcript(result)).toBe(0);
    });
  }
});
