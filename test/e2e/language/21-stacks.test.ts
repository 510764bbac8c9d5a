import { languageTests } from "./language-rows.js";

const MODES = "valid values are bpftrace, raw, perf, and build_id.";

languageTests("21 Stacks", {
  "21 arguments of kstack and ustack": [
    {
      script: "begin { print(kstack(2000)); }",
      says: ["1:15-27 ERROR: kstack([int limit]): limit shouldn't exceed 1024, 2000 given"],
    },
    {
      script: "begin { print(ustack(raw, 1025)); }",
      says: ["1:15-32 ERROR: ustack([int limit]): limit shouldn't exceed 1024, 1025 given"],
    },
    // The reference wraps it at 65,536.
    {
      script: "begin { print(kstack(65537)); }",
      says: ["1:15-28 ERROR: kstack([int limit]): limit shouldn't exceed 1024, 65537 given"],
    },
    { script: "begin { print(kstack(-1)); }", says: ["1:15-25 ERROR: kstack: invalid limit value"] },
    { script: 'begin { print(kstack("perf")); }', says: ["1:15-29 ERROR: kstack: invalid limit value"] },
    { script: "begin { $n = 1; print(ustack($n)); }", says: ["1:23-33 ERROR: ustack: invalid limit value"] },
    { script: 'begin { print(kstack(perf, "a")); }', says: ["1:15-32 ERROR: kstack: invalid limit value"] },
    { script: "begin { print(kstack(1, 2)); }", says: ["1:15-27 ERROR: Expected stack mode as first argument"] },
    {
      script: "begin { print(ustack(4, perf)); }",
      says: ["1:15-30 ERROR: Expected stack mode as first argument", "1:15-30 ERROR: ustack: invalid limit value"],
    },
    {
      script: "begin { print(kstack(foo, 1)); }",
      says: [`1:22-25 ERROR: Error parsing stack mode: kstack: Invalid value for stack_mode: ${MODES}`],
    },
    {
      script: "begin { print(kstack(1, 2, 3)); }",
      says: ["1:15-30 ERROR: kstack() takes up to 2 arguments (3 provided)"],
    },
  ],
  "21 build ids are of user stacks": [
    {
      script: "begin { print(kstack(build_id, 3)); }",
      says: ["1:15-34 ERROR: 'build_id' stack mode can only be used for ustack"],
    },
    {
      script: "config = { stack_mode = build_id } begin { print(kstack(3)); }",
      says: ["1:50-59 ERROR: 'build_id' stack mode can only be used for ustack"],
    },
    {
      script: "config = { stack_mode = build_id } begin { print(kstack()); }",
      says: ["1:50-58 ERROR: 'build_id' stack mode can only be used for ustack"],
    },
    {
      script: "config = { stack_mode = build_id } begin { @ = len(kstack) > 0; }",
      says: ["1:52-58 WARNING: 'build_id' stack mode can only be used for ustack. Falling back to 'raw' mode."],
      maps: ["@: true"],
      status: 0,
    },
  ],
  "21 types of stacks": [
    {
      script:
        "begin { print(sizeof(kstack)); print(sizeof(kstack())); print(sizeof(ustack(3))); print(sizeof(kstack(raw, 1))); print(sizeof(ustack(build_id, 2))); print(sizeof(kstack(0))); }",
      prints: ["1024", "1024", "40", "16", "80", "8"],
    },
    {
      script:
        "config = { unstable_typeinfo = enable; stack_mode = perf } begin { print(typeinfo(kstack(raw, 3)).full_type); print(typeinfo(ustack).full_type); print(typeinfo(kstack).base_type); }",
      prints: ["kstack_raw_3", "ustack_perf_127", "kstack"],
    },
    {
      script: "begin { @ = kstack(3); @ = kstack(4); }",
      says: [
        "1:24-37 ERROR: Type mismatch for @: trying to assign value of type 'kstack_bpftrace_4' when map already has a type 'kstack_bpftrace_3'",
      ],
    },
    {
      script: "begin { $x = kstack(3); $x = ustack(3); }",
      says: [
        "1:25-39 ERROR: Type mismatch for $x: trying to assign value of type 'ustack_bpftrace_3' when variable already has a type 'kstack_bpftrace_3'",
      ],
    },
    {
      script: 'begin { printf("%d", kstack); }',
      says: ["1:9-29 ERROR: unsupported format specifier for type 'kstack_bpftrace_127': d"],
    },
    // The reference finds a stack unlike itself.
    { script: "begin { $a = kstack(3); $b = $a; print($a == $b); print($a != kstack(3)); }", prints: ["true", "true"] },
  ],
  "21 the length of a stack": [
    {
      script:
        "begin { print(len(kstack(2))); print(stack_len(kstack(1))); $s = kstack(0); print(len($s)); @s[1] = kstack(2); print(len(@s[1])); print(len(@s)); clear(@s); }",
      prints: ["2", "1", "0", "2", "1"],
    },
    { script: "begin { print(len(1)); }", says: ["1:15-21 ERROR: call to len() expects a map, ustack, or kstack"] },
    {
      script: "begin { print(stack_len(1)); }",
      says: ["1:15-27 ERROR: len() expects a map or stack to be provided"],
    },
    {
      script: "begin { print(stack_len()); }",
      says: ["1:15-26 ERROR: stack_len() requires one argument (0 provided)"],
    },
  ],
  "21 an empty stack is an empty line": [
    {
      script: 'begin { print(kstack(0)); print((1, ustack(raw, 0))); printf("<%s>\\n", kstack(0)); @[kstack(0)] = 1; }',
      prints: ["", "", "(1, ", ")", "<", ">"],
      maps: ["@[", "]: 1"],
    },
  ],
  "21 ksym and usym": [
    {
      script: "begin { print(ksym(0)); print(ksym(5)); print(usym(0)); print(usym(1)); }",
      prints: ["0", "0x5", "0", "0x1"],
    },
    {
      script:
        "begin { print(sizeof(ksym(1))); print(sizeof(usym(1))); @[ksym(2)] = usym(3); print(ksym(1) == ksym(1)); print(usym(1) == usym(2)); }",
      prints: ["8", "16", "true", "false"],
      maps: ["@[0x2]: 0x3"],
    },
    { script: 'begin { print(ksym("a")); }', says: ["1:15-24 ERROR: ksym() expects an integer or pointer argument"] },
    {
      script: "begin { print(usym((1, 2))); }",
      says: ["1:15-27 ERROR: usym() expects an integer or pointer argument"],
    },
    {
      script: "begin { @c = count(); print(ksym(@c)); }",
      says: ["1:29-37 ERROR: ksym() expects an integer or pointer argument"],
    },
    { script: "begin { print(usym(1, 2)); }", says: ["1:15-25 ERROR: usym() requires one argument (2 provided)"] },
  ],
  "21 functions that not every probe can use": [
    {
      script: "begin { print(path(1)); }",
      says: ["1:15-22 ERROR: The path function can only be used with 'fentry', 'fexit', 'iter' probes"],
    },
    { script: 'begin { path("a", 1, 2); }', says: ["1:9-24 ERROR: path() takes up to 2 arguments (3 provided)"] },
    {
      script: 'begin { print(skboutput("a", 1, 1, 1)); }',
      says: ['1:15-38 ERROR: skboutput can not be used with "begin" probes'],
    },
    {
      script: "interval:s:1 { print(socket_cookie(1)); }",
      says: ['1:22-38 ERROR: socket_cookie can not be used with "interval" probes'],
    },
    {
      script: "rawtracepoint:sched_switch { print(socket_cookie(5)); }",
      says: ["1:36-52 ERROR: socket_cookie() only supports pointer arguments (int provided)"],
    },
    {
      script: "rawtracepoint:sched_switch { print(socket_cookie(args.prev)); }",
      says: [
        "1:36-60 ERROR: socket_cookie() only supports 'struct sock *' as the argument ('struct task_struct *' provided)",
      ],
    },
  ],
  "21 func is of functions": [
    { script: "begin { print(func); }", says: ["1:15-19 ERROR: The func builtin can not be used with 'begin' probes"] },
    {
      script: "begin { print(func()); }",
      says: ["1:15-21 ERROR: The func builtin can not be used with 'begin' probes"],
    },
  ],
});
