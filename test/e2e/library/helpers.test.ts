import { languageTests } from "../language/language-rows.js";

const DISCOURAGED =
  "WARNING: The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).";

languageTests("helpers of the library", {
  "container_of() goes from a member to its struct": [
    {
      script:
        "begin { $t = curtask; $p = (struct list_head *)((uint64)$t + offsetof(struct task_struct, tasks)); print(container_of($p, typeof(struct task_struct), tasks) == $t); print(container_of($p, typeof(struct task_struct), tasks).pid == $t.pid); }",
      prints: ["true", "true"],
    },
    {
      script:
        "struct in { int a; int pid; }; struct out { int x; struct in y; }; begin { print((uint64)container_of((int8 *)108, typeof(struct out), y.pid)); print((uint64)container_of((int8 *)104, typeof(struct out), y)); }",
      prints: ["100", "100"],
    },
    {
      // bpftrace names a place in its library here.
      script: "begin { print(container_of(1, 2)); }",
      says: [
        "1:15-33 ERROR: Call to container_of() has arguments that do not match any definition.",
        "1:15-33 ERROR: The closest definition of container_of() has a different number of arguments. Expected: 3 but got 2",
      ],
    },
  ],
  "is_err() knows error numbers": [
    {
      script:
        "begin { print(is_err(-1)); print(is_err((int64)-4095)); print(is_err((int64)-4096)); print(is_err(0)); print(is_err(curtask)); }",
      prints: ["true", "true", "false", "false", "false"],
    },
    { script: 'begin { print(is_err("a")); }', says: ['1:15-26 ERROR: Cannot cast from "string[2]" to "int64"'] },
  ],
  "debugf() is checked as the kernel wants it": [
    {
      script: 'begin { debugf("x %d %s %x\\n", 1, "a", pid); }',
      says: [`1:9-44 ${DISCOURAGED}`],
      prints: [],
      isForKernels: true,
    },
    {
      script: 'begin { debugf("%d %d %d %d", 1, 2, 3, 4); }',
      says: ["1:9-42 ERROR: cannot use more than 3 conversion specifiers", `1:9-42 ${DISCOURAGED}`],
    },
    {
      script: 'begin { debugf("%d", "a"); }',
      says: [
        "1:9-26 ERROR: unsupported format specifier for type 'string[2]': d",
        "1:22-25 ERROR: Type does not match format specifier: d",
        `1:9-26 ${DISCOURAGED}`,
      ],
    },
    {
      script: 'begin { debugf("%c", 5); }',
      says: ["1:16-20 ERROR: Invalid format specifier for `debugf`: c", `1:9-24 ${DISCOURAGED}`],
    },
    {
      script: 'begin { debugf("%s", 5); }',
      says: ["1:22-23 ERROR: Type does not match format specifier: s", `1:9-24 ${DISCOURAGED}`],
    },
  ],
  "is_scalar() wants a map that is there": [
    { script: "begin { print(is_scalar(@nosuch)); }", says: ["1:15-33 ERROR: Unknown map: @nosuch"] },
    {
      script: "begin { print(is_scalar(5)); }",
      says: ["1:15-27 ERROR: is_scalar() expects a map for the first argument"],
    },
  ],
});
