/** `self:signal:SIGUSR1` (probes-and-cli.md 5.3): what the tracer runs when it gets a signal. */
import { describe, expect } from "vitest";
import { kernelTest, runTsbt, startTsbt } from "../support/index.js";

describe("self:signal:SIGUSR1", () => {
  kernelTest("runs each time the signal comes, in the tracer", {}, async () => {
    const tsbt = await startTsbt([
      "-e",
      'begin { print("b"); } self:signal:SIGUSR1 { @n++; printf("%d %s %s %s %d\\n", @n, comm, probe, probetype, pid == $1); }',
      "0",
    ]);
    await tsbt.printed("b\n");
    for (const n of [1, 2, 3]) {
      tsbt.kill("SIGUSR1");
      await tsbt.printed(`${n} tsbt self:signal:SIGUSR1 special 0\n`);
    }
    const { stdout, stderr, status } = await tsbt.interrupt();
    expect(stdout).toMatch(/^b\n(.*\n){3}\n\n@n: 3\n$/);
    expect({ stderr, status }).toEqual({ stderr: "Attached 2 probes\n", status: 0 });
  });

  kernelTest("all that a script has for it run, in the order of the script; exit() ends the trace", {}, async () => {
    const script =
      "self:signal:SIGUSR1, self:signal:SIGUSR1 { print(1); } self:signal:SIGUSR1 { print(2); exit(4); } end { print(3); }";
    const tsbt = await startTsbt(["-v", "-e", script]);
    tsbt.kill("SIGUSR1");
    const { stdout, stderr, status } = await tsbt.finished;
    expect(stdout).toBe("1\n1\n2\n3\n\n\n");
    expect(stderr.match(/^Attaching 'self:signal:SIGUSR1' probe$/gm)).toHaveLength(3);
    expect(stderr).toContain("Attached 4 probes\n");
    expect(status).toBe(4);
  });

  kernelTest("--probe-filter leaves it alone, and other signals do nothing to it", { matrix: false }, async () => {
    const tsbt = await startTsbt([
      "--probe-filter",
      "nothing",
      "-e",
      "self:signal:SIGUSR1 { print(1); } interval:ms:1 { print(2); }",
    ]);
    tsbt.kill("SIGUSR1");
    await tsbt.printed("1\n");
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "1\n\n\n", status: 0 });
  });

  kernelTest("without it the signal is ignored", { matrix: false }, async () => {
    const tsbt = await startTsbt(["-e", "interval:s:100 { } end { print(1); }"]);
    tsbt.kill("SIGUSR1");
    expect(await tsbt.interrupt()).toMatchObject({ stdout: "1\n\n\n", status: 0 });
  });

  for (const pattern of ["self:*", "self:signal:SIGUSR1", "self:sig*"]) {
    kernelTest(`-l ${pattern}`, { matrix: false }, async () => {
      expect(await runTsbt(["-lv", pattern])).toMatchObject({ stdout: "self:signal:SIGUSR1\n", stderr: "", status: 0 });
    });
  }

  kernelTest("-l of a trigger that is none", { matrix: false }, async () => {
    expect(await runTsbt(["-l", "self:foo"])).toMatchObject({ stdout: "", stderr: "", status: 0 });
  });
});
