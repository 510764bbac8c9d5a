import { languageTests } from "./language-rows.js";

languageTests("21 Builtins", {
  "2.4 the inner names of builtins": [
    {
      script: `begin { print((__builtin_comm == comm, __builtin_ncpus == ncpus, __builtin_elapsed > 0, __builtin_cpu < ncpus)); @[__builtin_probe] = __builtin_usermode;
                 print((__builtin_probetype, __builtin_config.max_strlen, sizeof(__builtin_comm), sizeof(__builtin_cpu))); print((__builtin_cpu()) + 1 < 1000);
                 print((__builtin_is_literal(5), __builtin_kfunc_exist("no such"), __builtin_pid == pid)); let $x: typeof(__builtin_comm) = "a"; print($x); }`,
      prints: ["(true, true, true, true)", "(special, 1024, 16, 8)", "true", "(true, false, true)", "a"],
      maps: ["@[begin]: 1"],
    },
    {
      script: "begin { $__builtin_comm = 5; @__builtin_pid = $__builtin_comm; }",
      maps: ["@__builtin_pid: 5"],
    },
    {
      script: "begin { print(__builtin_retval); }",
      says: ["1:15-31 ERROR: The retval builtin can only be used with 'kretprobe' and 'uretprobe' and 'fentry' probes"],
    },
    {
      script: "begin { print(__builtin_func); }",
      says: ["1:15-29 ERROR: The func builtin can not be used with 'begin' probes"],
    },
    {
      script: 'begin { print(__builtin_uaddr("x")); }',
      says: ['1:15-35 ERROR: __builtin_uaddr can not be used with "begin" probes'],
    },
    {
      script: "begin { print(__builtin_nosuch); __builtin_nosuch(); }",
      says: ["1:34-52 ERROR: Unknown function: '__builtin_nosuch'"],
    },
    // A macro takes the place of the name that it has, and of calls only.
    {
      script: 'macro comm() { "x" } begin { print((__builtin_comm == comm, comm, sizeof(__builtin_comm))); }',
      prints: ["(false, x, 16)"],
    },
    {
      script: 'macro __builtin_comm() { "x" } begin { print((__builtin_comm == "x", __builtin_comm())); }',
      prints: ["(false, x)"],
    },
    {
      script: "macro m(__builtin_comm) { 1 } begin { }",
      says: ["1:9-23 ERROR: syntax: builtin '__builtin_comm' can't be used as a macro argument"],
    },
  ],
  "21 of the machine": [
    {
      script:
        "begin { print(sizeof(ncpus())); print(ncpus > cpu); print(sizeof(rand())); $a = rand; print($a < 4294967296); print(sizeof(numaid())); print(numaid < 1024); print(jiffies > 0); print(sizeof(jiffies())); print(sizeof(cgroup())); }",
      prints: ["8", "true", "8", "true", "8", "true", "true", "8", "8"],
      isForKernels: true,
    },
    {
      script: "begin { for ($i : 0..64) { @[rand] = 1; } print(len(@) > 32); clear(@); }",
      prints: ["true"],
    },
    {
      script:
        "begin { @c[cgroup, ncpus] = (numaid, 1); $c = cgroup; print($c == cgroup()); print(len(@c)); clear(@c); }",
      prints: ["true", "1"],
      isForKernels: true,
    },
  ],
  "21 username": [
    {
      script:
        'begin { $u = username; @a[username, 1] = username; print($u == username()); printf("%s|%10s|%-6s|\\n", $u, $u, username); print((username_t)1); print((username, (x = $u))); print(sizeof(username())); }',
      prints: ["true", "root|      root|root  |", "daemon", "(root, { .x = root })", "8"],
      maps: ["@a[root, 1]: root"],
      isForKernels: true,
    },
    {
      script: 'begin { printf("[%s]\\n", (username_t)4294967295); }',
      prints: ["[]"],
    },
    // The reference points into its library.
    {
      script: 'begin { print(username == "root"); }',
      says: [
        "1:15-33 ERROR: Type mismatch for '==': comparing username_t with string[5]",
        "1:15-23 ERROR: left (username_t)",
        "1:27-33 ERROR: right (string[5])",
      ],
    },
    {
      script: 'begin { printf("%d", username); }',
      says: ["1:9-31 ERROR: unsupported format specifier for type 'username_t': d"],
    },
    {
      script: "begin { @u = username; print((1, username)); print(@u); }",
      json: [
        '{"type": "value", "data": [1,"root"]}',
        '{"type": "map", "data": {"@u": "root"}}',
        '{"type": "map", "data": {"@u": "root"}}',
      ],
    },
  ],
  "21 probetype and usermode": [
    {
      script: "begin { print(probetype); print(usermode); } end { print((probetype, usermode)); }",
      prints: ["special", "1", "(special, 1)"],
    },
    {
      script: "interval:ms:1 { print(probetype); print(sizeof(usermode())); print(usermode <= 1); exit(); }",
      prints: ["interval", "1", "true"],
      isForKernels: true,
    },
    {
      script:
        "tracepoint:syscalls:sys_enter_execve /pid == cpid/ { print((probetype, usermode)); @[probetype] = usermode; }",
      options: ["-c", "/bin/true"],
      prints: ["(tracepoint, 0)"],
      maps: ["@[tracepoint]: 0"],
    },
    // Where a process is stopped in its own code.
    {
      script: "uprobe:/bin/bash:main { print((probetype, usermode)); }",
      options: ["-c", "/bin/bash -c true"],
      prints: ["(uprobe, 1)"],
    },
  ],
  "21 the relatives of a task": [
    {
      script:
        "begin { print(ppid == curtask.real_parent.pid); print(ppid() == ppid(curtask)); print(sizeof(ppid())); print(leader_tid == pid); print(leader_tid(curtask) == curtask.group_leader.pid); print(pcomm == curtask.real_parent.comm); print(pcomm(curtask) == pcomm); print(leader_comm == leader_comm(curtask)); print(sizeof(pcomm())); }",
      prints: ["true", "true", "4", "true", "true", "true", "true", "true", "16"],
      isForKernels: true,
    },
    // The reference points into its library.
    {
      script: "begin { print(ppid(1)); }",
      says: ["1:15-22 ERROR: Can not access field 'real_parent' on expression of type 'int8'"],
    },
  ],
  "21 builtins take no arguments": [
    // The reference points into its library.
    {
      script: "begin { print(cpu(1)); }",
      says: [
        "1:15-21 ERROR: Call to cpu() has arguments that do not match any definition.",
        "1:15-21 ERROR: The closest definition of cpu() has a different number of arguments. Expected: 0 but got 1",
      ],
    },
  ],
});
