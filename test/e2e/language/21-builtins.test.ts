import { languageTests } from "./language-rows.js";

languageTests("21 Builtins", {
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
