/** From `exit()` on the world has stopped: no probe of any CPU does anything but `end` (probes-and-cli.md 15). */
import { expect } from "vitest";
import { transcript } from "../support/child.js";
import { type Finished, kernelTest, runTsbt } from "../support/index.js";

const ROWS = [
  {
    claim: "the probe that calls it fires no more",
    script: "interval:us:100 { @n++; if (@n == 3) { exit(); } }",
    stdout: "\n\n@n: 3\n",
  },
  {
    claim: "other probes do not fire, on any CPU",
    script:
      "profile:us:100 { @after[@over] = count(); } interval:ms:20 { @over = 1; exit(); } end { print(@after[1]); clear(@after); }",
    stdout: "0\n\n\n@over: 1\n",
  },
  {
    claim: "a predicate with effects is not asked",
    script: "interval:us:100 / @n++ >= 0 / { if (@n == 3) { exit(); } }",
    stdout: "\n\n@n: 3\n",
  },
  {
    claim: "nor does anything happen behind it in begin",
    script: "begin { exit(); } begin { print(1); } interval:us:100 { print(2); } end { print(3); }",
    stdout: "3\n\n\n",
  },
] as const;

for (const { claim, script, stdout } of ROWS) {
  kernelTest(claim, {}, async () => {
    const result = await runTsbt(["-q", "-e", script]);
    expect(result, transcript(result)).toMatchObject({ stdout, stderr: "", status: 0 } satisfies Partial<Finished>);
  });
}

kernelTest("a traced system call is not counted after it", {}, async () => {
  const script = "tracepoint:syscalls:sys_enter_write /pid == cpid/ { @n++; if (@n == 7) { exit(); } }";
  const result = await runTsbt(["-q", "-c", "dd if=/dev/zero of=/dev/null bs=1 count=300 status=none", "-e", script]);
  expect(result, transcript(result)).toMatchObject({ stdout: "\n\n@n: 7\n", status: 0 });
});
