import { languageTests } from "./language-rows.js";

languageTests("20 Address spaces and probe-dependent names", {
  "20.1 of the system calls' arguments": [
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { print(str(args.filename)); print(str(args.argv[0])); $p = args.filename; print(str($p)); @f[1] = args.filename; print(str(@f[1])); clear(@f); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "/bin/true", "/bin/true", "/bin/true"],
      isForKernels: true,
    },
  ],
  "20.1 of other tracepoints": [
    {
      script:
        "tracepoint:sched:sched_process_exec /pid == cpid/ { print(str(args.filename)); print(args.pid == pid); print(args.old_pid == pid); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "true", "true"],
      isForKernels: true,
    },
    {
      script:
        "rawtracepoint:sched_process_exec /pid == cpid/ { print(args.p.comm); print(args.p.pid == tid); print(((struct task_struct *)arg0).comm); print(args.p.real_parent.pid > 0); }",
      options: ["-c", "/bin/true"],
      prints: ["true", "true", "true", "true"],
      isForKernels: true,
    },
  ],
  "20.1 what has no space is read by its address": [
    {
      script: "interval:ms:1 { $p = (struct task_struct *)(uint64)curtask; print($p.pid == tid); exit(); }",
      prints: ["true"],
      isForKernels: true,
    },
  ],
  "20.1 kptr and uptr decide": [
    {
      script:
        "begin { $p = (int32 *)0; print(*kptr($p)); print(*uptr($p)); print(kptr(5)); print(sizeof(kptr(5))); $t = kptr(curtask); print($t.pid == tid); }",
      prints: ["0", "0", "5", "1", "true"],
    },
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { print(str(uptr(args.filename))); print(str(uptr((uint64)args.filename))); $p = uptr((uint64)args.argv); print(str(uptr(*$p))); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "/bin/true", "/bin/true"],
    },
    {
      script: 'begin { $x = kptr("a"); $y = uptr((1,2)); }',
      says: [
        "1:14-23 ERROR: kptr() only supports integer or pointer arguments (string provided)",
        "1:30-41 ERROR: uptr() only supports integer or pointer arguments (tuple provided)",
      ],
    },
    {
      script: "begin { $y = 5; $x = &$y; print(*$x); @m = 1; print(sizeof(&@m)); }",
      prints: ["5", "8"],
      maps: ["@m: 1"],
    },
  ],
  "20.1 two spaces that were said": [
    {
      script: "begin { $a = kptr((int8*)1) == uptr((int8*)1); print($a); }",
      prints: ["true"],
    },
    {
      script: "begin { $b = kptr(1) + uptr(1); print($b); }",
      prints: ["2"],
      says: ["1:14-31 WARNING: Addrspace mismatch"],
    },
  ],
  "20.1 two spaces in one operation": [
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { $f = (uint64)args.filename; print($f == (uint64)curtask); print($f == (uint64)args.argv); print(str(args.filename) == comm); }",
      options: ["-c", "/bin/true"],
      prints: ["false", "false", "false"],
      says: ["1:88-109 WARNING: Addrspace mismatch"],
    },
  ],
  // The reference's programs are refused by the kernel, or it ends with a signal.
  "20.2 args may be copied": [
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { $a = args; print(str($a.filename)); @a = args; print(str(@a.filename)); @n[args] = 1; print(len(@n)); $t = (1, *args); print(str($t.1.filename)); print(sizeof(args) == sizeof($a)); print(args == $a); clear(@a); clear(@n); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "/bin/true", "1", "/bin/true", "true", "true"],
      isForKernels: true,
    },
    {
      script:
        "tracepoint:sched:sched_process_exec /pid == cpid/ { $a = args; print(str($a.filename)); print(sizeof($a)); for ($i : 0..1) { print($a.pid == pid); print(str($a.filename)); } @a[0] = 1; for ($kv : @a) { print(str($a.filename)); } clear(@a); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", "24", "true", "/bin/true", "/bin/true"],
      isForKernels: true,
    },
  ],
  "20.2 args": [
    {
      script: "begin { print(args); }",
      says: [
        "1:15-19 ERROR: The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (special used here)",
      ],
    },
    {
      script: "interval:ms:1 { print(args); }",
      says: [
        "1:23-27 ERROR: The args builtin can only be used with tracepoint, rawtracepoint, fentry/fexit, and uprobe probes (interval used here)",
      ],
    },
    {
      script: "tracepoint:syscalls:sys_enter_read { print(args.nosuch); }",
      says: [
        "1:44-55 ERROR: Struct/union of type 'struct tracepoint:syscalls:sys_enter_read_args' does not contain a field named 'nosuch'",
      ],
    },
  ],
  "20.2 argN, retval and func": [
    {
      script: "interval:ms:1 { print(arg0); }",
      says: ["1:23-27 ERROR: The arg0 builtin can only be used with 'kprobes', 'uprobes' and 'usdt' probes"],
    },
    // The reference points into its library.
    {
      script: "begin { print(retval); }",
      says: ["1:15-21 ERROR: The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes"],
    },
    // The reference points into its library.
    {
      script: "tracepoint:syscalls:sys_exit_read { print(retval); }",
      says: [
        "1:43-49 ERROR: The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes (try to use args.ret instead)",
      ],
    },
    // The reference points into its library.
    { script: "begin { print(func); }", says: ["1:15-19 ERROR: The func builtin can not be used with 'begin' probes"] },
  ],
  "20.2 what is there everywhere": [
    {
      script:
        'begin { print(curtask.pid == tid); print(pid == tid); print(comm != ""); print(cpu < 100000); print(nsecs > 0); print(elapsed > 0); print(uid + gid); print(probe); }',
      prints: ["true", "true", "true", "true", "true", "true", "0", "begin"],
    },
    {
      script: 'interval:ms:1 { print(curtask.pid == tid); print(comm != ""); print(nsecs > 0); print(probe); exit(); }',
      prints: ["true", "true", "true", "interval:ms:1"],
    },
  ],
  "20.2 fields of tracepoints": [
    {
      script:
        "tracepoint:sched:sched_process_exit /pid == cpid/ { print(args.comm); print(args->prio > 0); print((*args).comm); @[args.comm] = sizeof(args.comm); }",
      options: ["-c", "/bin/true"],
      prints: ["true", "true", "true"],
      maps: ["@[true]: 16"],
      isForKernels: true,
    },
    {
      script: "tracepoint:syscalls:sys_exit_execve /pid == cpid/ { print(args.ret); print(sizeof(args.ret)); }",
      options: ["-c", "/bin/true"],
      prints: ["0", "8"],
      isForKernels: true,
    },
  ],
});
