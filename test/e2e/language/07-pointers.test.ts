import { languageTests } from "./language-rows.js";

/** A statement, what is wrong in it, and why. */
const INCOMPLETE: readonly (readonly [body: string, place: string, message: string])[] = [
  ["print(*$s.p);", "*$s.p", "value of type 'struct nosuch' has incomplete type"],
  ["$x = (1, *$s.p);", "*$s.p", "value of type 'struct nosuch' has incomplete type"],
  ["@k[**$s.pp] = 1;", "**$s.pp", "value of type 'struct nosuch' has incomplete type"],
  ["print((*$s.p).x);", "*$s.p", "value of type 'struct nosuch' has incomplete type"],
  ["print((struct nosuch)5);", "(struct nosuch)", "value of type 'struct nosuch' has incomplete type"],
  ["let $x: struct nosuch = *curtask;", "struct nosuch", "value of type 'struct nosuch' has incomplete type"],
  [
    "print(sizeof(struct nosuch));",
    "sizeof(struct nosuch)",
    "invalid application of 'sizeof' to an incomplete type 'struct nosuch'",
  ],
  [
    "print(sizeof(struct nosuch[2]));",
    "sizeof(struct nosuch[2])",
    "invalid application of 'sizeof' to an incomplete type 'struct nosuch[2]'",
  ],
  ["print(sizeof(*$s.p));", "*$s.p", "value of type 'struct nosuch' has incomplete type"],
  ["print(offsetof(struct nosuch, x));", "offsetof(struct nosuch, x)", "'struct nosuch' has no field named 'x'"],
  ["print($s.p.x);", "$s.p.x", "Struct/union of type 'struct nosuch' does not contain a field named 'x'"],
  [
    "print($s.p[1]);",
    "$s.p[1]",
    "The array index operator [] cannot be used on a pointer to an unsized type (struct nosuch *).",
  ],
];

languageTests("7 Types", {
  "7.6 arithmetic is scaled": [
    {
      script:
        "begin { $p = (int32 *)100; print($p + 1); print(1 + $p); print($p - 1); $p++; print($p); ++$p; print($p); $p--; print($p); $p += 2; print($p); $p -= 1; print($p); $v = (void *)100; $v++; print($v); @p = (int16 *)10; @p++; @p += 2; print(@p); }",
      prints: ["0x68", "0x68", "0x60", "0x68", "0x6c", "0x68", "0x70", "0x6c", "0x65", "@p: 0x10"],
      maps: ["@p: 0x10"],
    },
  ],
  "7.6 comparisons and conditions": [
    {
      script:
        "begin { $p = (int32 *)100; print($p == 100); print($p < 200); print($p == $p); print($p && 1); print($p || 0); print($p != 0); if ($p) { print(1); } print($p ? 1 : 2); }",
      prints: ["true", "true", "true", "true", "true", "true", "1", "1"],
    },
    {
      script: "begin { $p = (int32 *)100; $q = (int64 *)100; print($p == $q); }",
      prints: ["true"],
      says: [
        "1:53-61 WARNING: comparison of distinct pointer types: int32, int64",
        "1:53-55 WARNING: left (int32)",
        "1:59-61 WARNING: right (int64)",
      ],
    },
  ],
  "7.6 a number becomes a pointer without its sign": [
    {
      script: `begin { print((uint8 *)-1); print((void *)(int32)-1); print((uint8 *)(int64)-1); print((uint64)(uint8 *)-1); $i = (int16)-5;
                       print((struct task_struct *)$i); print((uint8 *)true); print((uint8 *)RPM_INVALID); }`,
      prints: ["0xff", "0xffffffff", "0xffffffffffffffff", "255", "0xfffb", "0x1", "0xffffffffffffffff"],
      isForKernels: true,
    },
    {
      script: `begin { $q = (uint8 *)255; $r = (uint8 *)(int64)-1; $i = -1; print(($q == -1, $r == -1, $q == $i, $r == $i, $r == (int64)-1));
                       print((-1 == $q, $q >= -1, $r > -1, 5 < $r, 5 > $r)); $j = (int64)-7; print(($j < $r, $j > $q, $r < $q)); }`,
      prints: ["(true, false, true, false, true)", "(true, true, true, true, false)", "(true, true, false)"],
      isForKernels: true,
    },
    {
      script:
        "begin { $p = (uint8 *)100; $i = -1; print($p + $i); print($p + -1); print($p - $i); print((uint8 *)-1 + 1); }",
      prints: ["0x63", "0x63", "0x65", "0x100"],
    },
  ],
  "7.6 pointers to functions": [
    {
      script: `begin { $f = curtask.sched_class.enqueue_task; let $v: void * = $f; print($v == $f); $v = (void *)5; print($v); @f = $f; @k[$f] = 1;
                       print((sizeof($f), $f != 0, @f == $f, has_key(@k, $v), (uint64)$f > 0)); clear(@f); clear(@k); print(typeinfo($f).full_type);
                       let $t: typeof($f) = $v; print($t); print((typeof($f))7); }`,
      env: { BPFTRACE_UNSTABLE_TYPEINFO: "enable" },
      prints: ["true", "0x5", "(8, true, true, false, true)", "void *", "0x5", "0x7"],
    },
    {
      script: "begin { print(curtask.sched_class.enqueue_task[0]); }",
      says: ["1:15-50 ERROR: The array index operator [] cannot be used on a pointer to an unsized type (void *)."],
    },
    {
      script: "begin { print(*curtask.sched_class.enqueue_task); }",
      says: ["1:9-49 ERROR: void type passed to print() is not printable"],
    },
    {
      script: `struct s { int (*f)(int); void (*g[2])(void); } begin { $p = (struct s *)0; let $v: void * = $p.f; $v = $p.g[1]; print(($v, $p.g, sizeof($p.g))); }`,
      prints: ["(0x0, [0x0,0x0], 16)"],
    },
  ],
  "7.6 pointers to structs that are only declared": [
    {
      script: `struct s { struct nosuch *p; struct nosuch **pp; } begin { $s = (struct s *)0; $q = (struct nosuch *)5; $q = $s.p; print(($s.p, $s.pp[0]));
                       let $d: struct nosuch * = $s.p; print((sizeof($d), $d + 1)); @p = $s.p; @k[$s.p] = 1; }`,
      prints: ["(0x0, 0x0)", "(8, 0x1)"],
      maps: ["@k[0x0]: 1", "@p: 0x0"],
    },
    ...INCOMPLETE.map(([body, place, message]) => {
      const script = `struct s { struct nosuch *p; struct nosuch **pp; } begin { $s = (struct s *)0; ${body} }`;
      const column = script.lastIndexOf(place) + 1;
      return { script, says: [`1:${column}-${column + place.length} ERROR: ${message}`] };
    }),
    // Known by name only to the kernel too.
    {
      script: "begin { $s = (struct super_block *)0; print($s.s_mtd); print(*$s.s_mtd); }",
      says: ["1:62-71 ERROR: value of type 'struct mtd_info' has incomplete type"],
    },
    {
      script: "begin { $p = (struct nosuch *)0; }",
      says: ['1:15-30 ERROR: Cannot resolve unknown type "struct nosuch"'],
    },
  ],
  "7.6 operators that pointers have not": [
    {
      script: "begin { $p = (int32 *)100; print($p - $p); }",
      says: ["1:34-41 ERROR: The - operator can not be used on expressions of types int32 *, int32 *"],
    },
    {
      script: "begin { $p = (int32 *)100; print(5 - $p); }",
      says: ["1:34-40 ERROR: The - operator can not be used on expressions of types int8, int32 *"],
    },
    {
      script: "begin { $p = (int32 *)100; print($p * 2); }",
      says: ["1:34-40 ERROR: The * operator can not be used on expressions of types int32 *, int8"],
    },
    {
      script: "begin { $p = (int32 *)100; print(!$p); }",
      says: ["1:34-37 ERROR: The ! operator can not be used on expressions of type 'int32 *'"],
    },
    {
      script: "begin { $p = (int32 *)100; print(-$p); }",
      says: ["1:34-37 ERROR: The - operator can not be used on expressions of type 'int32 *'"],
    },
  ],
  "7.6 assignments": [
    { script: "begin { $p = (int32 *)100; $p = (int64 *)5; print($p + 1); }", prints: ["0xd"] },
    {
      script: "begin { $p = (int32 *)100; $p = 5; }",
      says: [
        "1:28-34 ERROR: Type mismatch for $p: trying to assign value of type 'int8' when variable already has a type 'int32 *'",
      ],
    },
    {
      script: "begin { $p = (struct task_struct *)100; $p = (struct list_head *)5; }",
      says: [
        "1:41-67 ERROR: Type mismatch for $p: trying to assign value of type 'struct list_head *' when variable already has a type 'struct task_struct *'",
      ],
    },
    {
      script: "begin { $p = (struct task_struct *)100; $p = (void *)5; }",
      says: [
        "1:41-55 ERROR: Type mismatch for $p: trying to assign value of type 'void *' when variable already has a type 'struct task_struct *'",
      ],
    },
  ],
  "7.6 dereferencing": [
    {
      script:
        "begin { $x = *curtask; print($x.pid == tid); print($x.comm == comm); print(sizeof($x) == sizeof(struct task_struct)); print(*(&$x.pid)); @t = *curtask; print(@t.pid == tid); @k[1] = $x; print(@k[1].comm == comm); print(@k[2].pid); clear(@t); clear(@k); }",
      says: ["1:130-131 ERROR: syntax: expected ')'"],
      isForKernels: true,
    },
    {
      script:
        "begin { $t = *curtask; $u = $t; print($u.pid == tid); $y = (1, $t, 2); print($y.1.pid == tid); print($y.2); @k[$t.comm] = 1; @k[curtask.comm] = 2; @k[comm] = 3; print(len(@k)); clear(@k); }",
      prints: ["true", "true", "2", "1"],
      isForKernels: true,
    },
    {
      script:
        "begin { print(curtask.real_parent.real_parent.pid >= 0); print(curtask.mm.pgd != 0); print(curtask.files.fdt.max_fds > 0); print(curtask->group_leader->pid == pid); $p = curtask; for ($i : 0..50) { if ($p.pid == 0) { break; } $p = $p.real_parent; } print($p.pid); }",
      prints: ["true", "true", "true", "true", "0"],
      isForKernels: true,
    },
    {
      script: "begin { print(*comm); }",
      says: ["1:15-20 ERROR: The * operator can not be used on expressions of type 'string[16]'"],
    },
    {
      script: "begin { print(**curtask); }",
      says: ["1:15-24 ERROR: The * operator can not be used on expressions of type 'struct task_struct'"],
    },
    {
      script: "begin { print(curtask.nosuch); }",
      says: ["1:15-29 ERROR: Struct/union of type 'struct task_struct' does not contain a field named 'nosuch'"],
    },
  ],
  "7.6 bad addresses read as zero": [
    {
      script:
        'begin { $p = (uint64 *)0; print(*$p); print($p[5]); $q = (struct task_struct *)0; print($q.pid); print($q.comm); print($q.real_parent.comm); print(str((uint8 *)8)); $t = *$q; print($t.pid); $r = (struct task_struct *)0xffff800000000000; print($r.pid); print($r.comm == ""); print($r.cpus_mask.bits[0]); }',
      prints: ["0", "0", "0"],
      maps: ["", "0", "0", "true", "0", "", ""],
      isForKernels: true,
    },
  ],
  "7.6 indexes": [
    {
      script: "begin { $p = (void *)100; print($p[0]); }",
      says: ["1:33-38 ERROR: The array index operator [] cannot be used on a pointer to an unsized type (void *)."],
    },
    {
      script: "begin { $x = 5; print($x[0]); }",
      says: [
        "1:23-28 ERROR: The array index operator [] can only be used on arrays, pointers, and tuples, found int8.",
      ],
    },
  ],
  "7.6 printing": [
    {
      script: 'begin { $p = (int32 *)100; print($p); printf("%p %d %x %s\\n", $p, $p, $p, $p); }',
      prints: ["0x64", "0x64 100 64 0x64"],
    },
  ],
});
