import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { Compiled } from "../../../src/api/compiled.js";
import { compile, hostFacts, readFacts, saveFacts } from "../../../src/api/index.js";
import { kernelTest } from "../../support/index.js";

const scratch = mkdtempSync(join(tmpdir(), "tsbt-facts-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const SCRIPTS = [
  `tracepoint:syscalls:sys_enter_openat { printf("%s %s", comm, str(args.filename)); @[args.flags] = count(); }`,
  "tracepoint:sched:sched_* { @[probe] = count(); }",
  "begin { print(curtask.real_parent.comm); print(sizeof(struct task_struct)); }",
  "iter:task { @[ctx.task.comm] = count(); }",
  "rawtracepoint:sched_switch { @[arg0] = count(); }",
  'begin { print(kfunc_exist("bpf_task_from_pid")); print(kfunc_allowed("bpf_task_from_pid")); print(comm(1)); }',
  "interval:s:1 { @ = hist(rand); } profile:hz:99 { @k[kstack(3)] = count(); }",
  "fentry:vfs_read { print(args.count); } kprobe:vfs_* { @[func] = count(); }",
];

kernelTest(
  "what is saved of a kernel answers the compiler as the kernel does",
  { needs: "btf", timeoutMs: 120_000 },
  () => {
    saveFacts(join(scratch, "facts"));
    for (const script of SCRIPTS) expect(outcomeOf(script, "saved"), script).toEqual(outcomeOf(script, "live"));
  },
);

kernelTest("where facts cannot be saved, the error says where and what to do", {}, () => {
  const file = join(scratch, "file");
  writeFileSync(file, "");
  expect(() => saveFacts(join(file, "facts"))).toThrow(
    expect.objectContaining({
      name: "TsbtError",
      code: "output",
      message: expect.stringMatching(
        /^the facts cannot be saved to \/.*\/file\/facts: ENOTDIR.*; choose a directory/,
      ) as string,
    }),
  );
});

/** What this kernel lacks is the same mistake with both. */
function outcomeOf(script: string, which: "live" | "saved"): unknown {
  try {
    const facts = which === "live" ? hostFacts() : readFacts(join(scratch, "facts"));
    const compiled = compile(script, { facts });
    // Build and boot of the kernel are known of the one that runs.
    return compiled instanceof Compiled && compiled.saved.object;
  } catch (error) {
    return (error as Error).message;
  }
}
