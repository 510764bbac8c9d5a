import { languageTests } from "./language-rows.js";

languageTests("7 Types", {
  "7.1 sizes": [
    {
      script:
        "begin { let $a: bool; let $b: int16; let $c: uint64; let $d: string[5]; let $e: uint8[3]; let $f: struct list_head; let $g: struct list_head *; print((sizeof($a), sizeof($b), sizeof($c), sizeof($d), sizeof($e), sizeof($f), sizeof($g))); }",
      prints: ["(1, 2, 8, 5, 3, 16, 8)"],
      says: [
        "1:9-15 WARNING: Variable $a was never assigned to.",
        "1:23-29 WARNING: Variable $b was never assigned to.",
        "1:38-44 WARNING: Variable $c was never assigned to.",
        "1:54-60 WARNING: Variable $d was never assigned to.",
        "1:73-79 WARNING: Variable $e was never assigned to.",
        "1:91-97 WARNING: Variable $f was never assigned to.",
        "1:117-123 WARNING: Variable $g was never assigned to.",
      ],
    },
  ],
  "7.1 values of every type in variables, maps, keys and tuples": [
    {
      script:
        'begin { $n = (uint16)65535; $b = true; $e = PIDTYPE_PGID; $s = "text"; $p = (uint32 *)4096; $a = (uint8[4])(uint32)0x01020304; $t = (1, "x"); $r = (f = 1, g = "y"); @n = $n; @b = $b; @e = $e; @s = $s; @p = $p; @a = $a; @t = $t; @r = $r; print((@n, @b, @e, @s, @p, @a, @t, @r)); }',
      prints: ["(65535, true, PIDTYPE_PGID, text, 0x1000, [4,3,2,1], (1, x), { .f = 1, .g = y })"],
      maps: [
        "@a: [4,3,2,1]",
        "@b: true",
        "@e: PIDTYPE_PGID",
        "@n: 65535",
        "@p: 0x1000",
        "@r: { .f = 1, .g = y }",
        "@s: text",
        "@t: (1, x)",
      ],
      isForKernels: true,
    },
    {
      script:
        'begin { $e = PIDTYPE_PGID; $a = (uint8[4])(uint32)0x01020304; @[(uint16)65535, true, $e, "text", (uint32 *)4096, $a, (1, "x"), (f = 1, g = "y")] = 1; @[(uint16)65535, true, $e, "text", (uint32 *)4096, $a, (1, "x"), (f = 1, g = "y")] = 2; print(len(@)); }',
      prints: ["1"],
      maps: ["@[65535, true, PIDTYPE_PGID, text, 0x1000, [4,3,2,1], (1, x), { .f = 1, .g = y }]: 2"],
      isForKernels: true,
    },
    {
      script:
        'begin { @i[-1] = 1; @b[true] = 1; @e[PIDTYPE_PID] = 1; @s["k"] = 1; @p[(int8 *)16] = 1; @a[(uint8[2])(uint16)258] = 1; @t[1, "x"] = 1; @r[(f = 1)] = 1; }',
      maps: [
        "@a[[2,1]]: 1",
        "@b[true]: 1",
        "@e[PIDTYPE_PID]: 1",
        "@i[-1]: 1",
        "@p[0x10]: 1",
        "@r[{ .f = 1 }]: 1",
        "@s[k]: 1",
        "@t[1, x]: 1",
      ],
    },
  ],
  "7.2 names of the language": [
    {
      script:
        "begin { let $a: bool = true; let $b: int8 = -1; let $c: uint8 = 255; let $d: int16 = -1; let $e: uint16 = 65535; let $f: int32 = -1; let $g: uint32 = 5; let $h: int64 = -1; let $i: uint64 = 5; print(($a, $b, $c, $d, $e, $f, $g, $h, $i)); }",
      prints: ["(true, -1, 255, -1, 65535, -1, 5, -1, 5)"],
    },
    {
      script:
        'begin { let $a: string = "abc"; let $b: string[8] = "def"; let $c: uint8[2][3]; let $d: void *; print($a); print($b); print(sizeof($c)); print($c); print($d); }',
      prints: ["abc", "def", "6", "[[0,0],[0,0],[0,0]]", "0x0"],
      says: [
        "1:144-146 WARNING: Variable used before it was assigned: $c",
        "1:155-157 WARNING: Variable used before it was assigned: $d",
        "1:60-66 WARNING: Variable $c was never assigned to.",
        "1:81-87 WARNING: Variable $d was never assigned to.",
      ],
    },
  ],
  "7.2 names of C": [
    {
      script:
        "begin { print(PIDTYPE_SID); let $a: u32 = 5; let $b: size_t = 6; let $c: struct list_head *; let $d: enum pid_type = 2; let $e: task_struct *; print(($a, $b, sizeof($a), sizeof($b))); print($c); print($d); print($e); }",
      prints: ["PIDTYPE_SID", "(5, 6, 4, 8)", "0x0", "PIDTYPE_PGID", "0x0"],
      says: [
        "1:191-193 WARNING: Variable used before it was assigned: $c",
        "1:213-215 WARNING: Variable used before it was assigned: $e",
        "1:66-72 WARNING: Variable $c was never assigned to.",
        "1:121-127 WARNING: Variable $e was never assigned to.",
      ],
    },
  ],
  "7.2 unknown names": [
    { script: "begin { $x = (nosuch)5; }", says: ['1:15-21 ERROR: Cannot resolve unknown type "nosuch"'] },
    {
      script: "begin { $x = (struct nosuch *)5; }",
      says: ['1:15-30 ERROR: Cannot resolve unknown type "struct nosuch"'],
    },
    { script: "begin { $x = (enum nosuch)5; }", says: ["1:14-27 ERROR: Unknown enum: nosuch"] },
    // The reference aborts.
    { script: "begin { let $x: nosuch = 5; }", says: ['1:17-23 ERROR: Cannot resolve unknown type "nosuch"'] },
  ],
  "7.2 types that variables cannot have": [
    {
      script: "begin { let $v: count_t; }",
      says: [
        "1:17-24 ERROR: Invalid variable declaration type: count_t",
        "1:9-15 WARNING: Variable $v was never assigned to.",
      ],
    },
    {
      script: "begin { let $v: void; }",
      says: [
        "1:17-21 ERROR: Invalid variable declaration type: void",
        "1:9-15 WARNING: Variable $v was never assigned to.",
      ],
    },
  ],
  "7.4 from casts, everywhere": [
    {
      script:
        "begin { $a = (uint8[4])(uint32)0x01020304; print($a); print($a[0]); print($a[3]); print(sizeof($a)); $b = $a; print($b == $a); print($b != $a); @a = $a; print(@a); @k[$a] = 1; @k[$b] = 2; print((1, $a)); @v[1] = $a; print(@v[1][2]); print(@v[2][2]); $i = 2; print($a[$i]); print(@v[1][$i]); }",
      prints: ["[4,3,2,1]", "4", "1", "4", "true", "false", "@a: [4,3,2,1]", "(1, [4,3,2,1])", "2", "0", "2", "2"],
      maps: ["@a: [4,3,2,1]", "@k[[4,3,2,1]]: 2", "@v[1]: [4,3,2,1]"],
      isForKernels: true,
    },
  ],
  "7.4 larger than the stack": [
    {
      script:
        "begin { let $x: uint8[1000]; print($x[999]); $i = 50; print($x[$i]); @m = $x; print(@m[5]); @n[$x] = 1; @n[@m] = 2; print(len(@n)); $t = ($x, 1); print($t.1); print(@n[$x]); print($t.0[$i]); clear(@m); clear(@n); }",
      says: [
        "1:85-90 ERROR: @m used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)",
        "1:36-38 WARNING: Variable used before it was assigned: $x",
        "1:61-63 WARNING: Variable used before it was assigned: $x",
        "1:75-77 WARNING: Variable used before it was assigned: $x",
        "1:96-98 WARNING: Variable used before it was assigned: $x",
        "1:139-141 WARNING: Variable used before it was assigned: $x",
        "1:169-171 WARNING: Variable used before it was assigned: $x",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
      isForKernels: true,
    },
  ],
  "7.4 of the kernel's structs": [
    {
      script:
        "begin { print(curtask.cpus_mask.bits[0] > 0); $i = 0; print(curtask.cpus_mask.bits[$i] > 0); $b = curtask.cpus_mask.bits; print($b[0] > 0); @b = $b; print(@b[0] > 0); print($b == curtask.cpus_mask.bits); print(curtask.signal.rlim[0].rlim_cur > 0); $i = 1; print(curtask.signal.rlim[$i].rlim_cur > 0); $r = curtask.signal.rlim[0]; print($r.rlim_cur > 0); $rs = curtask.signal.rlim; print($rs[$i].rlim_max > 0); clear(@b); }",
      says: [
        "1:156-161 ERROR: @b used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)",
      ],
      isForKernels: true,
    },
  ],
  "7.4 a constant index is checked by the compiler, another at run time": [
    {
      script: "begin { $a = (uint8[4])(uint32)0x01020304; print($a[4]); }",
      says: ["1:50-55 ERROR: the index 4 is out of bounds for array of size 4"],
    },
    {
      script: "begin { $a = (uint8[4])(uint32)0x01020304; $i = 3; print($a[$i]); $i = 5; print($a[$i]); }",
      prints: ["1", "0"],
      says: ["1:81-87 WARNING: Array access out of bounds. This can lead to unexpected results."],
      isForKernels: true,
    },
    {
      script: "begin { $a = (uint8[4])(uint32)0x01020304; print($a[-1]); }",
      says: ["1:50-56 ERROR: The array index operator [] only accepts non-negative integer indices. Got: int8"],
    },
    {
      script: "begin { $a = (uint8[4])(uint32)0x01020304; $i = -1; print($a[$i]); }",
      says: ["1:59-65 ERROR: The array index operator [] only accepts non-negative integer indices. Got: int8"],
    },
  ],
  "7.4 only == and !=, of one shape": [
    {
      script: "begin { $a = (uint8[4])(uint32)0x01020304; print($a < $a); }",
      says: ["1:50-57 ERROR: The < operator cannot be used on arrays."],
    },
    {
      script: "begin { $a = (uint8[4])(uint32)1; $b = (uint8[8])(uint64)1; print($a == $b); }",
      says: [
        "1:67-75 ERROR: Only arrays of same size support comparison operators.",
        "1:67-75 ERROR: Only arrays of same sized integer support comparison operators.",
      ],
    },
    {
      script: "begin { $a = (uint8[4])(uint32)1; $b = (uint16[2])(uint32)1; print($a == $b); }",
      says: [
        "1:68-76 ERROR: Only arrays of same size support comparison operators.",
        "1:68-76 ERROR: Only arrays of same sized integer support comparison operators.",
      ],
    },
  ],
  "7.5 equality looks at elements": [
    {
      script:
        'begin { $a = ("abc", 1); $b = ("abd", 1); print($a == $b); print($a != $b); $c = ("abc", (uint64)1); print($a == $c); print(("abc", 1) == $a); print((1, ("a", 2)) == (1, ("a", 3))); print((1, 2) == ((uint64)1, 2)); print((1, "abc") == (1, "abcdef")); }',
      prints: ["false", "true", "true", "true", "false", "true", "false"],
      isForKernels: true,
    },
    {
      script:
        'begin { $r = (a = 1, b = "x"); print($r == (b = "x", a = 1)); print($r == (b = "y", a = 1)); $q = (b = "x", a = (uint32)1); print($r == $q); }',
      prints: ["true", "false", "true"],
      isForKernels: true,
    },
    {
      script: "begin { $t = (1, 2); print($t == (1, 2, 3)); }",
      says: [
        "1:28-43 ERROR: Type mismatch for '==': comparing (int8,int8) with (int8,int8,int8)",
        "1:28-30 ERROR: left ((int8,int8))",
        "1:34-43 ERROR: right ((int8,int8,int8))",
      ],
    },
    {
      script: "begin { $t = (1, 2); print($t < (1, 2)); }",
      says: ["1:28-39 ERROR: The < operator can not be used on expressions of types (int8,int8), (int8,int8)"],
    },
    { script: "begin { $t = (1, 2); if ($t) { } }", says: ["1:22-33 ERROR: Invalid condition: tuple"] },
  ],
  "7.5 assignments promote element by element, records by name": [
    {
      script:
        'begin { $t = (1, "abc"); $t = (300, "abcdefg"); print($t); print(sizeof($t)); $t = (2, "x"); print($t); }',
      prints: ["(300, abcdefg)", "10", "(2, x)"],
    },
    {
      script:
        'begin { $r = (a = 1, b = "x"); $r = (b = "abcdef", a = (uint64)5); print($r); print(sizeof($r)); print($r.b); }',
      prints: ["{ .a = 5, .b = abcdef }", "16", "abcdef"],
    },
    {
      script: "begin { $t = (1, 2); $t = (1, 2, 3); }",
      says: [
        "1:22-36 ERROR: Type mismatch for $t: trying to assign value of type '(int8,int8,int8)' when variable already has a type '(int8,int8)'",
      ],
    },
    {
      script: 'begin { $r = (a = 1, b = "x"); $r = (a = 1, c = 2); }',
      says: [
        "1:32-51 ERROR: Type mismatch for $r: trying to assign value of type 'record { .a = int8, .c = int8 }' when variable already has a type 'record { .a = int8, .b = string[2] }'",
      ],
    },
  ],
  "7.5 elements that do not exist": [
    {
      script: "begin { $t = (1, 2); print($t.2); }",
      says: ["1:28-32 ERROR: Invalid tuple index: 2. Found 2 elements in tuple."],
    },
    {
      script: "begin { $x = 5; print($x.0); }",
      says: ["1:23-27 ERROR: Can not access index '0' on expression of type 'int8'"],
    },
    {
      script: "begin { $r = (a = 1); print($r.z); }",
      says: ["1:29-33 ERROR: Record does not contain a field named 'z'"],
    },
  ],
  "7.5 aggregations inside": [
    {
      script: "begin { @c = count(); $t = (1, @c); print($t); print($t.1); }",
      prints: ["(1, 1)", "1"],
      maps: ["@c: 1"],
    },
    {
      script: "begin { @h = hist(1); $t = (1, @h); }",
      says: ["1:32-34 ERROR: Map type hist_t cannot exist inside a tuple."],
    },
  ],
  "7.5 C layout, padding is zero": [
    {
      script:
        "begin { $t = ((uint8)1, (uint64)2, (uint8)3); print(sizeof($t)); @a[$t] = 1; @a[((uint8)1, (uint64)2, (uint8)3)] = 2; $n = 0; unroll (5) { @a[((uint8)1, (uint64)2, (uint8)$n)] = 5; $n++; } print(len(@a)); $u = ((uint8)1, ((uint8)2, (uint32)3), (uint16)5); @b[$u] = 1; @b[((uint8)1, ((uint8)2, (uint32)3), (uint16)5)]++; print(len(@b)); print(sizeof((a = (uint8)1, b = (uint64)1, c = (uint8)1))); }",
      prints: ["24", "5", "1", "24"],
      maps: [
        "@a[1, 2, 0]: 5",
        "@a[1, 2, 1]: 5",
        "@a[1, 2, 2]: 5",
        "@a[1, 2, 3]: 5",
        "@a[1, 2, 4]: 5",
        "@b[1, (2, 3), 5]: 2",
      ],
      isForKernels: true,
    },
  ],
  "7.5 swapping": [
    {
      script:
        'begin { $t = ((1, "a"), (2, "b")); $t = ($t.1, $t.0); print($t); @m[1] = ("a", "b"); @m[1] = (@m[1].1, @m[1].0); print(@m[1]); $r = (x = "a", y = "b"); $r = (x = $r.y, y = $r.x); print($r); @t = (1, "ab"); @t = (@t.0 + 5, @t.1); print(@t); }',
      prints: ["((2, b), (1, a))", "(b, a)", "{ .x = b, .y = a }", "@t: (6, ab)"],
      maps: ["@m[1]: (b, a)", "@t: (6, ab)"],
      isForKernels: true,
    },
  ],
  "7.5 no automatic dereference": [
    {
      script: "begin { $t = (1, 2); $p = &$t; print($p.0); }",
      says: ["1:38-42 ERROR: Can not access index '0' on expression of type '(int8,int8) *'"],
    },
  ],
  "7.7 values": [
    {
      script:
        'begin { $b = true; print($b); printf("%d %s\\n", $b, $b); $b = 5 > 6; print($b); print((true, false)); print((bool)5); }',
      prints: ["true", "1 true", "false", "(true, false)", "true"],
    },
  ],
  "7.7 operators": [
    {
      script:
        "begin { $b = true; $c = false; print($b + $c); print($b - $c); print($b * $c); print($b & $c); print($b ^ $b); print($b < $c); print($b + 5); print(5 - $b); print($b == 1); print($b == 2); print($b && $c); print(!$b); }",
      prints: ["true", "true", "false", "false", "false", "false", "6", "4", "true", "false", "false", "false"],
    },
    {
      script: "begin { ~true; }",
      says: ["1:9-14 ERROR: The ~ operator can not be used on expressions of type 'bool'"],
    },
    {
      script: "begin { $b = true; $b++; }",
      says: [
        "1:20-24 ERROR: Type mismatch for $b: trying to assign value of type 'uint64' when variable already has a type 'bool'",
      ],
    },
  ],
  "7.7 no conversion without a cast": [
    {
      script: "begin { $x = true; $x = 5; }",
      says: [
        "1:20-26 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'bool'",
      ],
    },
    {
      script: "begin { $x = 5; $x = true; }",
      says: [
        "1:17-26 ERROR: Type mismatch for $x: trying to assign value of type 'bool' when variable already has a type 'int8'",
      ],
    },
  ],
  "7.8 void and none": [
    {
      script: "begin { $x = print(1); }",
      says: ["1:9-22 ERROR: Value 'void' cannot be assigned to a scratch variable."],
    },
    { script: "begin { @x = print(1); }", says: ["1:9-22 ERROR: Value 'void' cannot be assigned to a map."] },
    {
      script: "begin { 1 && print(1); }",
      says: [
        "1:9-22 ERROR: Type mismatch for '&&': comparing int8 with void",
        "1:9-10 ERROR: left (int8)",
        "1:14-22 ERROR: right (void)",
        "1:9-22 WARNING: Return value discarded.",
      ],
    },
    { script: "begin { print({ }); }", says: ["1:9-19 ERROR: none type passed to print() is not printable"] },
  ],
  "7.8 structs are equal or not": [
    // The reference compares addresses.
    {
      script:
        "begin { $t = curtask.se.run_node; print($t == curtask.se.run_node); $u = $t; print($u != $t); @t = $t; print(@t == $u); clear(@t); }",
      prints: ["true", "false", "true"],
      isForKernels: true,
    },
  ],
});
