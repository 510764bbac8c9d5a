import { languageTests } from "./language-rows.js";

const EXECVE = "tracepoint:syscalls:sys_enter_execve /pid == cpid/";
const TRUE = ["--unsafe", "-c", "/bin/true"];

languageTests("21 Side effects", {
  "21 signal": [
    // Without the signal uname would print.
    {
      script: 'tracepoint:syscalls:sys_enter_newuname /pid == cpid/ { signal("KILL"); print(1); }',
      options: ["--unsafe", "-c", "/bin/uname"],
      prints: ["1"],
      isForKernels: true,
    },
    {
      script: `${EXECVE} { $s = (uint64)9; print(1); signal_thread($s); }`,
      options: TRUE,
      prints: ["1"],
      isForKernels: true,
    },
    // The reference points into its library.
    {
      script: `${EXECVE} { $s = (uint64)65; signal($s); $s = 0; signal($s); $n = (int64)-1; signal_thread($n); }`,
      options: TRUE,
      prints: [],
      says: [
        "1:71-81 ERROR: signal() expects an integer between 1 and 64 (inclusive). Got 65",
        "1:91-101 ERROR: signal() expects an integer between 1 and 64 (inclusive). Got 0",
        "1:119-136 ERROR: signal_thread() expects an integer between 1 and 64 (inclusive). Got -1",
      ],
    },
    // The reference points into its library in all that follow.
    {
      script: "begin { signal(5); }",
      says: [
        "1:9-18 ERROR: signal() can not be used for this probetype special",
        "1:9-18 ERROR: signal() is unsafe. To use you need the --unsafe flag",
      ],
    },
    {
      script: 'interval:ms:1 { signal_thread("KILL"); }',
      options: ["--unsafe"],
      says: ["1:17-38 ERROR: signal_thread() can not be used for this probetype interval"],
    },
    {
      script: 'profile:ms:1 { signal("STOP"); }',
      options: ["--unsafe"],
      says: ["1:16-30 ERROR: Invalid string for signal: STOP"],
    },
    {
      script: "profile:ms:1 { signal(0); }",
      options: ["--unsafe"],
      says: ["1:16-25 ERROR: signal() accepts a string literal or an integer between 1 and 64 (inclusive)"],
    },
    {
      script: "profile:ms:1 { signal_thread(true); }",
      options: ["--unsafe"],
      says: ["1:16-35 ERROR: signal_thread() accepts a string literal or a positive integer"],
    },
    {
      script: "profile:ms:1 { signal(comm); }",
      options: ["--unsafe"],
      says: ["1:16-28 ERROR: signal() accepts a string literal or an integer"],
    },
  ],
  "21 override": [
    {
      script: "begin { override(1); }",
      says: [
        "1:9-20 ERROR: override() can only be used inside kprobes",
        "1:9-20 ERROR: override() is unsafe. To use you need the --unsafe flag",
      ],
    },
  ],
  "21 write_user": [
    {
      script: 'begin { _ = write_user(1, "a", 1); }',
      says: ["1:13-34 ERROR: write_user() is unsafe. To use you need the --unsafe flag"],
    },
  ],
  "21 cpid": [
    { script: "begin { print(cpid > 0); print(has_cpid); }", options: ["-c", "/bin/true"], prints: ["true", "true"] },
    // The reference points into its library, and has has_cpid the other way round.
    {
      script: 'begin { print(cpid); printf("%d\\n", cpid()); print(has_cpid); }',
      prints: ["0", "0", "false"],
      says: [
        "1:15-19 WARNING: No child command (`-c`); cpid is zero",
        "1:37-43 WARNING: No child command (`-c`); cpid is zero",
      ],
    },
  ],
  "21 kfunc_exist": [
    {
      script:
        'begin { print(kfunc_exist("bpf_iter_num_new") || true); print(kfunc_exist("no such")); if comptime (kfunc_exist("nosuch")) { fail("no"); } }',
      prints: ["true", "false"],
    },
    {
      script: "begin { print(kfunc_exist(5)); }",
      says: ["1:15-29 ERROR: kfunc_exist() accepts a string literal only"],
    },
  ],
  "21 is_err and container_of": [
    {
      script:
        "begin { print(is_err((uint64)-5)); print(is_err(5)); print(is_err(-1)); print(is_err(-4096)); @ = is_err(curtask); print(is_err((int64)-5)); }",
      prints: ["true", "false", "true", "false", "true"],
      maps: ["@: false"],
    },
    {
      script:
        "begin { $p = container_of((uint64)curtask + offsetof(struct task_struct, tgid), typeof(struct task_struct), tgid); print($p == curtask); print($p.pid == tid); }",
      prints: ["true", "true"],
      isForKernels: true,
    },
    // The reference takes no names of builtins, and no paths.
    {
      script:
        "begin { $c = (uint64)curtask + offsetof(struct task_struct, comm); $p = container_of($c, typeof(struct task_struct), comm); print($p.comm == comm); $l = (uint64)curtask + offsetof(struct task_struct, se.load); print(container_of($l, typeof(struct task_struct), se.load) == curtask); }",
      prints: ["true", "true"],
    },
  ],
  "21 unwatch": [
    // The reference takes it, and crashes. perf-events.test.ts shows what it does.
    { script: "begin { unwatch(5); print(1); }", prints: ["1"] },
    {
      script: 'begin { unwatch("a"); }',
      says: ["1:9-21 ERROR: unwatch() only supports int arguments (string provided)"],
    },
  ],
  "21 debugf": [
    {
      script: 'begin { debugf("tsbt test %s %d %x", comm, 5, 255); }',
      prints: [],
      says: [
        "1:9-51 WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
      ],
      isForKernels: true,
    },
    {
      script: 'begin { debugf("%s", 1); }',
      says: [
        "1:22-23 ERROR: Type does not match format specifier: s",
        "1:9-24 WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
      ],
    },
    {
      script: 'begin { debugf("%c", 1); }',
      says: [
        "1:16-20 ERROR: Invalid format specifier for `debugf`: c",
        "1:9-24 WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
      ],
    },
    {
      script: 'begin { debugf("%d%d%d%d", 1, 2, 3, 4); }',
      says: [
        "1:9-39 ERROR: cannot use more than 3 conversion specifiers",
        "1:9-39 WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).",
      ],
    },
  ],
});
