/** `tsbt … | head -1`: whoever reads has read enough. */
import { expect } from "vitest";
import { kernelTest, run, tsbtCommand } from "../../support/index.js";

/** @returns what the reader has got, what was said besides, and the status of tsbt as a shell has it */
async function piped(
  reader: string,
  args: readonly string[],
  before = "",
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const script = `{ ${before} "$@"; } | ${reader}; echo "status \${PIPESTATUS[0]}"`;
  const { stdout, stderr } = await run("bash", ["-c", script, "bash", tsbtCommand(), ...args]);
  return { stdout, stderr };
}

/** Of SIGPIPE, as bpftrace and most others end. */
const KILLED = 128 + 13;

kernelTest("a trace ends as others do, and says nothing", {}, async () => {
  const script = 'begin { printf("one\\n"); } interval:ms:1 { printf("more\\n"); } end { printf("end\\n"); }';
  expect(await piped("head -1", ["-q", "-e", script])).toEqual({ stdout: `one\nstatus ${KILLED}\n`, stderr: "" });
});

kernelTest("-f json, too", { matrix: false }, async () => {
  const { stdout } = await piped("head -1", ["-f", "json", "-e", "interval:ms:1 { print(1); }"]);
  expect(stdout).toBe(`{"type": "attached_probes", "count": 1, "data": {"probes": 1}}\nstatus ${KILLED}\n`);
});

kernelTest("what a script has much of is not printed to the end", {}, async () => {
  const script = "begin { for ($i : 0..100000) { print($i); } }";
  expect(await piped("head -2", ["-q", "-e", script])).toEqual({ stdout: `0\n1\nstatus ${KILLED}\n`, stderr: "" });
});

kernelTest("a list ends as well", { needs: "tracepoint" }, async () => {
  for (const option of ["-l", "-lv"]) {
    // What fits into the pipe would be written before somebody who reads a line has gone.
    const { stdout, stderr } = await piped("true", [option, "tracepoint:*"], "sleep 0.5;");
    expect({ stdout, stderr }).toEqual({ stdout: `status ${KILLED}\n`, stderr: "" });
  }
});

kernelTest("whoever ignores the signal is not killed by it", {}, async () => {
  const script = "begin { for ($i : 0..100000) { print($i); } exit(3); }";
  const ignoring = 'trap "" PIPE;';
  expect(await piped("head -1", ["-q", "-e", script], ignoring)).toMatchObject({ stdout: "0\nstatus 0\n", stderr: "" });
});
