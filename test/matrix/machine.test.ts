import { describe, expect } from "vitest";
import { kernelTest, PROJECT_DIR, type Requirements } from "../support/index.js";
import { guestEnvironment } from "./guest-environment.js";
import { kernelImage } from "./kernel-image.js";
import { kernelNamed } from "./kernels.js";
import { type MachineResult, runInMachine } from "./machine.js";
import { findTools } from "./tools.js";

const REQUIREMENTS: Requirements = {
  package: ["qemu-system-x86", "busybox-static", "kmod", "xz-utils"],
  timeoutMs: 120_000, // the first one may have to fetch the kernel
};

describe("a virtual machine", () => {
  kernelTest("passes on output and status, on this machine's files and another kernel", REQUIREMENTS, async () => {
    const { result, stdout, stderr } = await runInGuest(
      "uname -r; test -f package.json && echo found; echo err >&2; exit 7",
    );
    expect(result).toEqual({ kind: "finished", status: 7 });
    expect(stdout).toMatch(/^6\.12\..*\nfound\n$/);
    expect(stderr).toBe("err\n");
  });

  kernelTest("that panics is reported with the end of its console", REQUIREMENTS, async () => {
    const { result, stdout } = await runInGuest("echo before; sleep 1; echo c > /proc/sysrq-trigger");
    expect(result).toMatchObject({ kind: "lost", reason: "Kernel panic - not syncing: sysrq triggered crash" });
    expect(result.kind === "lost" && result.console).toContain("Call Trace");
    expect(stdout).toBe("before\n");
  });

  kernelTest("that hangs is given up when its time is over", REQUIREMENTS, async () => {
    const { result } = await runInGuest("sleep 600", 8_000);
    expect(result).toMatchObject({ kind: "lost", reason: "not finished within 8 s" });
  });
});

async function runInGuest(
  script: string,
  timeoutMs = 60_000,
): Promise<{ readonly result: MachineResult; readonly stdout: string; readonly stderr: string }> {
  const found = findTools();
  if ("missing" in found) throw new Error(`not installed: ${found.missing.join(", ")}`);
  const output = { stdout: "", stderr: "" };
  const kernel = kernelNamed("6.12");
  const result = await runInMachine({
    image: kernelImage(kernel),
    tools: found.tools,
    job: { command: ["sh", "-c", script], cwd: PROJECT_DIR, env: guestEnvironment(kernel.version) },
    timeoutMs,
    onOutput: (stream, data) => (output[stream] += data.toString("latin1")),
  });
  return { result, ...output };
}
