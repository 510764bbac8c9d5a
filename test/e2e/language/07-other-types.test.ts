import { languageTests } from "./language-rows.js";

// The reference says that equal addresses, names and times differ, and ends with a signal where buffers grow.
languageTests("7.8 Other types", {
  "7.8 stacks are of one mode and limit": [
    {
      script:
        "begin { $a = kstack(3); $b = $a; print($a == $b); print($a != $b); @s[$a] = 1; @v = $b; print(len(@s)); clear(@s); clear(@v); }",
      prints: ["true", "false", "1"],
    },
    {
      script: "begin { $x = kstack(3); $x = kstack(4); }",
      says: [
        "1:25-39 ERROR: Type mismatch for $x: trying to assign value of type 'kstack_bpftrace_4' when variable already has a type 'kstack_bpftrace_3'",
      ],
    },
    {
      script: "begin { $x = kstack; $x = kstack(perf); }",
      says: [
        "1:22-39 ERROR: Type mismatch for $x: trying to assign value of type 'kstack_perf_127' when variable already has a type 'kstack_bpftrace_127'",
      ],
    },
    {
      script: "begin { @ = kstack; @ = ustack; }",
      says: [
        "1:21-31 ERROR: Type mismatch for @: trying to assign value of type 'ustack_bpftrace_127' when map already has a type 'kstack_bpftrace_127'",
      ],
    },
    {
      script: "begin { $a = kstack(3); $b = kstack(4); print($a == $b); }",
      says: [
        "1:47-55 ERROR: Type mismatch for '==': comparing kstack_bpftrace_3 with kstack_bpftrace_4",
        "1:47-49 ERROR: left (kstack_bpftrace_3)",
        "1:53-55 ERROR: right (kstack_bpftrace_4)",
      ],
    },
    {
      script: "begin { $a = kstack; $a < $a; if ($a) { } print(-$a); }",
      says: ["1:49-52 ERROR: The - operator can not be used on expressions of type 'kstack_bpftrace_127'"],
    },
  ],
  "7.8 buffers grow, and are compared": [
    {
      script:
        'begin { $b = buf("abcd", 2); $b = buf("abcdef", 6); print(sizeof($b)); print($b); @b[buf("xy", 2)] = 1; @b[buf("xyz", 3)] = 2; print($b == buf("abcdef", 6)); print($b != buf("abcdef", 6)); }',
      prints: ["10", "abcdef", "true", "false"],
      maps: ["@b[xy]: 1", "@b[xyz]: 2"],
    },
    {
      script: 'begin { $b = buf("ab", 2); print($b == buf("ab", 2)); print($b == buf("ac", 2)); }',
      prints: ["true", "false"],
    },
    {
      script: 'begin { $b = buf("ab", 2); $b < $b; }',
      says: [
        "1:28-35 ERROR: The < operator can not be used on expressions of types buffer[6], buffer[6]",
        "1:28-35 WARNING: Return value discarded.",
      ],
    },
    {
      script: 'begin { $b = buf("ab", 2); $b + 1; if ($b) { } print(!$b); }',
      says: ["1:54-57 ERROR: The ! operator can not be used on expressions of type 'buffer[6]'"],
    },
  ],
  "7.8 addresses of networks are compared, printed, and keys": [
    {
      script:
        "begin { $n = ntop(0x0100007f); print($n); print($n == ntop(0x0100007f)); print($n == ntop(0x0200007f)); @n[$n] = 1; }",
      prints: ["127.0.0.1", "true", "false"],
      maps: ["@n[127.0.0.1]: 1"],
    },
    {
      script: "begin { $n = ntop(0x0100007f); $n < $n; }",
      says: [
        "1:32-39 ERROR: The < operator can not be used on expressions of types inet[24], inet[24]",
        "1:32-39 WARNING: Return value discarded.",
      ],
    },
    {
      script: "begin { $n = ntop(0x0100007f); $n + 1; $m = -$n; if ($n) { } }",
      says: ["1:45-48 ERROR: The - operator can not be used on expressions of type 'inet[24]'"],
    },
    {
      script:
        "begin { $m = macaddr((uint8[8])0x665544332211); print($m); print($m == macaddr((uint8[8])0x665544332211)); @m[$m] = 1; }",
      prints: ["11:22:33:44:55:66", "true"],
      maps: ["@m[11:22:33:44:55:66]: 1"],
    },
  ],
  "7.8 names of users, symbols and groups": [
    {
      script: "begin { $u = username; print($u == username); print($u); @u[$u] = 1; print(len(@u)); clear(@u); }",
      prints: ["true", "root", "1"],
    },
    {
      script:
        "begin { $k = ksym(0); $j = ksym(1); print($k == ksym(0)); print($k == $j); print($k != $j); @k[$k] = 1; print(len(@k)); clear(@k); }",
      prints: ["true", "false", "true", "1"],
    },
    {
      script: "begin { $k = usym(0); print($k == usym(0)); @k[$k] = 1; print(len(@k)); clear(@k); }",
      prints: ["true", "1"],
    },
    {
      script:
        "begin { $c = cgroup_path(cgroup); print($c == cgroup_path(cgroup)); @c[$c] = 1; print(len(@c)); clear(@c); }",
      prints: ["true", "1"],
    },
    {
      script: "begin { $k = ksym(0); $k = usym(0); }",
      says: [
        "1:23-35 ERROR: Type mismatch for $k: trying to assign value of type 'usym_t' when variable already has a type 'ksym_t'",
      ],
    },
    {
      script: "begin { $k = ksym(0); $k < $k; if ($k) { } }",
      says: [
        "1:23-30 ERROR: The < operator can not be used on expressions of types ksym_t, ksym_t",
        "1:32-43 ERROR: Invalid condition: ksym_t",
        "1:23-30 WARNING: Return value discarded.",
      ],
    },
  ],
  "7.8 times of day": [
    {
      script:
        'begin { $t = strftime("%Y", 0); print($t == strftime("%Y", 0)); @t[$t] = 1; print(len(@t)); clear(@t); }',
      prints: ["true", "1"],
    },
    {
      script: 'begin { $t = strftime("%Y", 0); $t < $t; }',
      says: [
        "1:33-40 ERROR: The < operator can not be used on expressions of types timestamp, timestamp",
        "1:33-40 WARNING: Return value discarded.",
      ],
    },
  ],
  "7.8 nothing mixes with other types": [
    {
      script: 'begin { print(kstack(3) == 5); print(ksym(0) == 5); print(ntop(1) == "a"); print(buf("a",1) == "a"); }',
      says: [
        "1:15-29 ERROR: Type mismatch for '==': comparing kstack_bpftrace_3 with int8",
        "1:15-24 ERROR: left (kstack_bpftrace_3)",
        "1:28-29 ERROR: right (int8)",
        "1:38-50 ERROR: Type mismatch for '==': comparing ksym_t with int8",
        "1:38-45 ERROR: left (ksym_t)",
        "1:49-50 ERROR: right (int8)",
        "1:59-73 ERROR: Type mismatch for '==': comparing inet[24] with string[2]",
        "1:59-66 ERROR: left (inet[24])",
        "1:70-73 ERROR: right (string[2])",
        "1:82-99 ERROR: Type mismatch for '==': comparing buffer[5] with string[2]",
        "1:82-92 ERROR: left (buffer[5])",
        "1:96-99 ERROR: right (string[2])",
      ],
    },
  ],
  "7.8 inside of tuples and records": [
    {
      script:
        'begin { $t = (1, ntop(0x0100007f)); $r = (a = ntop(1), b = buf("ab", 2)); print($t); print($r); print($t == (1, ntop(0x0100007f))); }',
      prints: ["(1, 127.0.0.1)", "{ .a = 1.0.0.0, .b = ab }", "true"],
    },
  ],
});
