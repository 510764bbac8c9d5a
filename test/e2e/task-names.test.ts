/** The name of the current task, which may have had a longer one before. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { kernelTest, runTsbt } from "../support/index.js";

/** `process.ppid` is a system call. */
const RENAMED = ["ab", "a-longer-name-1", "ab"].map((name) => `process.title = "${name}"; process.ppid;`).join(" ");

kernelTest("a name is the same key whatever the task was called before", {}, async () => {
  const script = `
    tracepoint:syscalls:sys_enter_getppid / tid == cpid / {
      @names[comm] = count();
      @pairs[tid == cpid, comm] = count();
      @tuples[((uint32)1, comm)] = count();
      if (comm == "ab") { @short = count(); }
      $name = comm; printf("%s|", $name);
    }`;
  const directory = mkdtempSync(join(tmpdir(), "tsbt-names-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const program = join(directory, "renamed.cjs");
  writeFileSync(program, RENAMED);
  const { stdout, stderr } = await runTsbt(["-e", script, "-c", `${process.execPath} ${program}`]);
  expect(stderr).not.toContain("ERROR");
  expect(stdout).toContain("ab|a-longer-name-1|ab|");
  expect(stdout).toContain("@short: 2\n");
  expect(stdout).toContain("@names[a-longer-name-1]: 1\n@names[ab]: 2\n");
  expect(stdout).toContain("@pairs[true, a-longer-name-1]: 1\n@pairs[true, ab]: 2\n");
  expect(stdout).toContain("@tuples[1, a-longer-name-1]: 1\n@tuples[1, ab]: 2\n");
});
