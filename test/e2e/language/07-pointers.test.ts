import { languageTests } from "./language-rows.js";

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
