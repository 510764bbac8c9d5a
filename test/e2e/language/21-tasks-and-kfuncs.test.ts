import { checkScript, kernelTest } from "../../support/index.js";
import { languageTests } from "./language-rows.js";

const EXECVE = "tracepoint:syscalls:sys_enter_execve /pid == cpid/";

languageTests("21 Functions of the kernel", {
  "21 kfunc_allowed": [
    {
      script:
        'begin { print(kfunc_allowed("no such")); if comptime (kfunc_allowed("do_exit")) { fail("no"); } print(1); }',
      prints: ["false", "1"],
      isForKernels: true,
    },
    {
      script: "begin { $n = 5; print(kfunc_allowed($n)); }",
      says: ["1:23-40 ERROR: kfunc_allowed() accepts a string literal only"],
    },
  ],
  // The reference points into its library in all that follow.
  "21 comm of a thread": [
    {
      script: 'profile:ms:1 { print(comm("a")); }',
      says: ["1:22-31 ERROR: Only integer supported for comm()'s pid"],
    },
    {
      script: "begin { print(sizeof(comm())); print(comm() == comm); }",
      prints: ["16", "true"],
    },
  ],
  "21 usdt_arg is of usdt probes": [
    // The reference has the message of ctx.
    { script: "begin { print(usdt_arg(0)); }", says: ['1:15-26 ERROR: usdt_arg can not be used with "begin" probes'] },
    {
      script: "begin { print(usdt_arg()); }",
      says: [
        "1:15-25 ERROR: Call to usdt_arg() has arguments that do not match any definition.",
        "1:15-25 ERROR: The closest definition of usdt_arg() has a different number of arguments. Expected: 1 but got 0",
      ],
    },
  ],
});

kernelTest("21 timers may ask for tasks, and know what they may", { needs: "task-kfuncs" }, async () => {
  await checkScript({
    script:
      'interval:ms:1 { print(kfunc_allowed("bpf_task_from_pid")); print(kfunc_allowed("do_exit")); exit(); } interval:s:60 { print(comm(1)); }',
    match: /^true\nfalse\n/,
  });
});

kernelTest("21 comm(pid) is the name of a thread of the system", { needs: "task-kfuncs" }, async () => {
  await checkScript({
    script: `${EXECVE} { $id = (uint64)tid(init); print(comm($id) == comm); print(comm(tid(init)) == comm); print(comm(-1)); @[comm(-2)] = 1; print(sizeof(comm(1))); }`,
    options: ["-c", "/bin/true"],
    match: [/^true\ntrue\nN\/A\n64\n/m, /^@\[N\/A\]: 1$/m],
    stderrMatch: [/ WARNING: No such process \(pid=-1\)$/m, / WARNING: No such process \(pid=-2\)$/m],
  });
});

kernelTest("21 begin may not ask for tasks", { matrix: false, needs: "task-kfuncs" }, async () => {
  await checkScript({
    script: "begin { print(comm(1)); }",
    status: 1,
    stderrMatch: /^stdin:1:15-22: ERROR: Syntax comm\(PID\) is not supported in this probe type yet. Type: special$/m,
  });
});
