/** What the command says on a machine that does not have everything (probes-and-cli.md 15). */
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { Child, type Finished, kernelTest, runTsbt, tsbtCommand } from "../../support/index.js";

/** The command, the files beside it that bear its name, and parts of it that are read when they are needed. */
const copy = mkdtempSync(join(tmpdir(), "tsbt-copy-"));

beforeAll(() => {
  chmodSync(copy, 0o755);
  const [directory, name] = [dirname(tsbtCommand()), basename(tsbtCommand())];
  for (const file of readdirSync(directory).filter((file) => file.startsWith(name) || file.startsWith("part-"))) {
    cpSync(join(directory, file), join(copy, file));
  }
});

afterAll(() => rmSync(copy, { recursive: true }));

describe("what the machine lacks", () => {
  /** Several processors may pass the tracepoint before `exit()` is carried out: the first one prints. */
  const TRACE = ["-e", "tracepoint:sched:sched_switch { if (@passed++ == 0) { print(1); exit(); } }"];
  const TRACED = { stdout: expect.stringMatching(/^1\n\n\n@passed: \d+\n$/) as string, stderr: "", status: 0 };

  kernelTest("somebody without privileges is told which one is missing", { matrix: false }, async () => {
    const stderr = "ERROR: Missing CAP_DAC_READ_SEARCH capability, please run tsbt as the root user.\n";
    expect(await asNobody(["-e", "begin { print(1); }"])).toMatchObject({ stdout: "", stderr, status: 1 });
    expect(await asNobody(["-l"])).toMatchObject({ stdout: "", stderr, status: 1 });
  });

  kernelTest("somebody without privileges may ask for help, and format", { matrix: false }, async () => {
    expect(await asNobody(["--fmt", "-e", "begin{}"])).toMatchObject({ stdout: "begin\n{}\n", status: 0 });
    expect(await asNobody(["-V"])).toMatchObject({ status: 0 });
    expect(await asNobody(["-h"])).toMatchObject({ status: 0 });
  });

  kernelTest("where nobody has mounted tracefs, it is mounted for us alone", { matrix: false }, async () => {
    const unmount = "umount -l /sys/kernel/tracing; umount -l /sys/kernel/debug/tracing; umount -l /sys/kernel/debug";
    const words = ["-m", "/bin/sh", "-c", `(${unmount}) 2>/dev/null; exec "$@"`, "sh", tsbtCommand(), "-q", ...TRACE];
    expect(await new Child("/usr/bin/unshare", words).finished).toMatchObject(TRACED);
  });

  kernelTest("a kernel without BTF has no types, and traces all the same", { matrix: false }, async () => {
    const env = { BPFTRACE_BTF: "/nonexistent" };
    expect(await runTsbt(["-q", ...TRACE], { env })).toMatchObject(TRACED);
    const { stderr, status } = await runTsbt(["-e", "begin { print(curtask.pid); }"], { env });
    expect(stderr).toMatch(/^WARNING: BTF: failed to parse BTF from \/nonexistent\n.*ERROR/);
    expect(status).toBe(1);
  });
});

/** As a user without any privilege, who need not be able to reach the place where tsbt was built. */
function asNobody(args: readonly string[]): Promise<Finished> {
  const command = join(copy, basename(tsbtCommand()));
  return new Child("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", command, ...args]).finished;
}
