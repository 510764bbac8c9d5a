/** A limit of open files that is too low is what the error says, and not what could not be found for want of one. */
import { describe, expect } from "vitest";
import { Child, type Finished, kernelTest, tsbtCommand } from "../../support/index.js";

/** With a hard limit that nobody may raise, and `taken` descriptors that were inherited. */
function runWith(limit: number, taken: number, ...args: string[]): Promise<Finished> {
  const script = `for ((fd = 3; fd < 3 + ${taken}; fd++)); do eval "exec $fd</dev/null"; done; ulimit -n ${limit}; exec "$@"`;
  const words = ["--bounding-set", "-sys_resource", "--inh-caps", "-sys_resource", "/bin/bash", "-c", script, "bash"];
  return new Child("setpriv", [...words, tsbtCommand(), "-q", ...args]).finished;
}

const REMEDY = "Too many open files (the limit of open files is too low: ulimit -n)";

describe("few descriptors", () => {
  kernelTest("are enough for a small script", { matrix: false }, async () => {
    const script =
      'tracepoint:sched:sched_switch { @ = count(); } interval:ms:20 { printf("ok\\n"); exit(); } end { clear(@); }';
    expect(await runWith(64, 0, "-e", script)).toMatchObject({ stdout: "ok\n\n\n", stderr: "", status: 0 });
  });

  const rows: readonly (readonly [claim: string, script: string])[] = [
    ["for probes", "rawtracepoint:sched_* { @ = count(); } rawtracepoint:t* { @ = count(); }"],
    ["for maps", `begin { ${[...Array(80).keys()].map((i) => `@m${i}[1] = 1;`).join(" ")} }`],
  ];
  for (const [claim, script] of rows) {
    kernelTest(`are too few ${claim}`, { matrix: false }, async () => {
      const { stderr, status } = await runWith(64, 0, "-e", script);
      expect(stderr).toContain(REMEDY);
      expect(stderr).not.toMatch(/not found|No such/);
      expect(status).toBeGreaterThan(0);
    });
  }

  kernelTest("of which others have taken some are too few to begin with", { matrix: false }, async () => {
    const { stdout, stderr, status } = await runWith(64, 50, "-e", "tracepoint:sched:sched_switch { }");
    expect({ stdout, stderr, status }).toEqual({
      stdout: "",
      stderr: "ERROR: the limit of open files (ulimit -n) is 64, and tsbt needs 90\n",
      status: 255,
    });
  });
});
