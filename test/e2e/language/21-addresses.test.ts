import { languageTests } from "./language-rows.js";

languageTests("21 Addresses, registers and cgroups", {
  "21 kptr and uptr": [
    {
      script:
        "begin { print(kptr(5)); print(sizeof(kptr((uint16)5))); print(uptr((int32 *)5)); @[kptr(7)] = uptr(8); }",
      prints: ["5", "2", "0x5"],
      maps: ["@[7]: 8"],
    },
    {
      script:
        "interval:ms:1 { $p = (struct task_struct *)kptr((uint64)curtask); print($p.pid == tid); print(((struct task_struct *)uptr((uint64)curtask)).pid); exit(); }",
      prints: ["true", "0"],
      isForKernels: true,
    },
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { $p = (uint64)args.filename; print(str(uptr($p))); print(str(kptr($p))); }",
      options: ["-c", "/bin/true"],
      prints: ["/bin/true", ""],
      isForKernels: true,
    },
    {
      script: 'begin { print(kptr("a")); }',
      says: ["1:15-24 ERROR: kptr() only supports integer or pointer arguments (string provided)"],
    },
    { script: "begin { print(uptr()); }", says: ["1:15-21 ERROR: uptr() requires one argument (0 provided)"] },
  ],
  "21 reg": [
    {
      script:
        'interval:ms:1 { print(reg("ip") != 0); print(sizeof(reg("cs"))); $c = reg("cs"); print($c > 0); exit(); }',
      prints: ["true", "8", "true"],
      isForKernels: true,
    },
    // The reference crashes on registers in loops.
    {
      script:
        'uprobe:/bin/bash:main { print(reg("di") == arg0); print(reg("pc") == reg("ip")); @[reg("cs"), 1] = reg("cs"); for ($i : 0..2) { print(reg("di")); } }',
      options: ["-c", "/bin/bash -c true"],
      prints: ["true", "true", "3", "3"],
      maps: ["@[51, 1]: 51"],
      isForKernels: true,
    },
    {
      script: 'begin { print(reg("ip")); }',
      says: ['1:15-24 ERROR: reg can not be used with "begin" probes'],
    },
    {
      script: 'tracepoint:sched:sched_switch { print(reg("ip")); }',
      says: ['1:39-48 ERROR: reg can not be used with "tracepoint" probes'],
    },
    {
      script: 'interval:ms:1 { print(reg("zz")); }',
      says: ["1:23-32 ERROR: 'zz' is not a valid register on this architecture (x86_64)"],
    },
    // The reference crashes.
    {
      script: "interval:ms:1 { print(reg(5)); }",
      says: ["1:23-29 ERROR: reg() expects a string literal (int provided)"],
    },
  ],
  "21 kaddr": [
    {
      script:
        'begin { print(kaddr("vfs_read") > 0); print(ksym(kaddr("vfs_read"))); print(sizeof(kaddr("vfs_read"))); print(*(uint8 *)kaddr("vfs_read") >= 0); $a = kaddr("vfs_read"); print($a == kaddr("vfs_read")); }',
      prints: ["true", "vfs_read", "8", "true", "true"],
      isForKernels: true,
    },
    {
      script: 'begin { print(kaddr("nosuch")); }',
      says: ["1:15-30 ERROR: Failed to resolve kernel symbol: nosuch"],
    },
    { script: "begin { print(kaddr(5)); }", says: ["1:15-23 ERROR: kaddr() expects a string literal (int provided)"] },
  ],
  "21 cgroupid": [
    // The reference is aborted.
    {
      script: 'begin { print(cgroupid("/nonexistent")); }',
      says: ['1:15-39 ERROR: Failed to get `cgroupid` for path: "/nonexistent": No such file or directory'],
    },
    {
      script: "begin { print(cgroupid(5)); }",
      says: ["1:15-26 ERROR: cgroupid() expects a string literal (int provided)"],
    },
    // The reference is aborted.
    {
      script: 'begin { print(cgroupid("/proc")); }',
      says: [
        '1:15-32 ERROR: Failed to get `cgroupid` for path: "/proc": Value too large for defined data type',
        "HINT: It is in no cgroup file system. `grep cgroup /proc/mounts` shows those that are mounted.",
      ],
    },
  ],
  "21 cgroup_path": [
    {
      script:
        'begin { printf("[%s]\\n", cgroup_path(cgroup, "nosuch*")); print(sizeof(cgroup_path(1))); $p = cgroup_path(cgroup, "zz"); printf("%s|%3s|\\n", $p, $p); print(($p, 1)); @[$p, 1] = $p; print($p == $p); }',
      prints: ["[]", "16", "|   |", "(, 1)", "true"],
      maps: ["@[, 1]: "],
    },
    {
      script: 'begin { print(cgroup_path(cgroup, "unified")); }',
      matches: /^unified:\/.*\n\n\n$/,
      isForKernels: true,
    },
    {
      script: 'begin { print((cgroup_path(cgroup, "nosuch"), 1)); }',
      json: ['{"type": "value", "data": ["",1]}'],
    },
    {
      script: 'begin { print(cgroup_path("a")); }',
      says: ["1:15-31 ERROR: cgroup_path() only supports int arguments (string provided)"],
    },
    // The reference crashes when it is no literal.
    {
      script: "begin { print(cgroup_path(1, comm)); }",
      says: ["1:15-35 ERROR: cgroup_path() expects a string literal (string provided)"],
    },
  ],
});
