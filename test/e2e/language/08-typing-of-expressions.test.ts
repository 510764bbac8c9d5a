import { languageTests } from "./language-rows.js";

languageTests("8 Typing of expressions", {
  "8.1 the smallest signed type": [
    {
      script:
        "begin { print(sizeof(1)); print(sizeof(-1)); print(sizeof(127)); print(sizeof(128)); print(sizeof(-128)); print(sizeof(-129)); print(sizeof(32768)); print(sizeof(2147483648)); print(sizeof(9223372036854775808)); print(sizeof(5ull)); }",
      prints: ["1", "1", "1", "2", "1", "2", "4", "8", "8", "1"],
    },
  ],
  "8.1 flexible ones take any sign": [
    {
      script:
        "begin { $b = (uint8)5; $b = 200; print($b); print(sizeof($b)); $a = 5; $a = (uint8)200; print(sizeof($a)); $f = 5; $g = $f; $g = (uint8)200; print(sizeof($g)); $t = pid ? 1 : 2; $t = (uint8)200; print($t); }",
      prints: ["200", "2", "1", "1", "200"],
    },
  ],
  "8.2 of assignments": [
    {
      script:
        "begin { $c = (uint8)5; $n = (int8)-3; $c = $n; print(sizeof($c)); $d = (uint32)5; $m = (int32)-3; $d = $m; print(sizeof($d)); print($d); $e = 5; $e = 300; print(sizeof($e)); }",
      prints: ["2", "8", "-3", "2"],
      says: ["1:29-35 WARNING: Unnecessary cast: expression is already of type int8"],
    },
  ],
  "8.2 of branches and comparisons": [
    {
      script:
        "begin { $y = pid ? (uint8)5 : 300; print(sizeof($y)); $n = 0; $z = $n ? -1 : (uint8)200; print($z); print(sizeof($z)); $a = (uint8)255; $b = (int8)-1; print($a == $b); print($a < $b); print($a > $b); }",
      prints: ["2", "200", "2", "false", "false", "true"],
      says: ["1:142-148 WARNING: Unnecessary cast: expression is already of type int8"],
    },
  ],
  "8.2 of keys, across probes": [
    {
      script:
        'begin { @x[1] = 5; @y["a", (uint8)1] = 1; } end { @x[1000] = 6; $m = (int64)-1; @y["abcdef", $m] = 2; print(@x[1]); print(@y["a", 1]); print(@y["abcdef", -1]); }',
      prints: ["5", "1", "2"],
      maps: ["@x[1]: 5", "@x[1000]: 6", "@y[a, 1]: 1", "@y[abcdef, -1]: 2"],
    },
    {
      script:
        'begin { @x[1, "a"] = 5; @x[300, "abc"] = 6; @x[-1, "abcdef"] = 7; print(@x[300, "abc"]); print(@x[(1, "a")]); $t = (1, "a"); print(@x[$t]); $t = (-1, "abcdef"); print(@x[$t]); print(@x[1, "abc"]); }',
      prints: ["6", "5", "5", "7", "0"],
      maps: ["@x[1, a]: 5", "@x[300, abc]: 6", "@x[-1, abcdef]: 7"],
      isForKernels: true,
    },
    {
      script:
        'begin { @x[(1, (2, "a"))] = 1; @x[(1, (300, "abc"))] = 2; @x[((uint64)5, ((uint32)7, "abcdefg"))] = 3; print(@x[1, (2, "a")]); print(@x[1, (300, "abc")]); print(@x[5, (7, "abcdefg")]); for ($kv : @x) { @o[$kv.0.1.1] = $kv.0.0; } }',
      prints: ["1", "2", "3"],
      maps: [
        "@o[a]: 1",
        "@o[abc]: 1",
        "@o[abcdefg]: 5",
        "@x[1, (2, a)]: 1",
        "@x[1, (300, abc)]: 2",
        "@x[5, (7, abcdefg)]: 3",
      ],
      isForKernels: true,
    },
  ],
  "8.2 of values, across probes": [
    {
      script:
        'begin { @x = 5; @t = (1, "a"); @s = "a"; print(@x); } end { @x = (uint64)1 << 40; $t = @t; @t = ((uint64)1 << 40, "abc"); print($t); print(@s); @s = "abcdef"; }',
      prints: ["@x: 5", "(1, a)", "@s: abcdef"],
      maps: ["@s: abcdef", "@t: (1099511627776, abc)", "@x: 1099511627776"],
    },
  ],
  "8.3 unsigned operands": [
    {
      script:
        "begin { $a = (uint8)200; $b = (uint8)100; print($a + $b); print($a - $b); print($b - $a); print($a * $b); print($a / $b); print($a % $b); print($a & $b); print($a | $b); print($a ^ $b); print($a << 2); print($a >> 2); print($a == $b); print($a < $b); }",
      prints: ["300", "100", "-100", "20000", "2", "0", "64", "236", "172", "800", "50", "false", "false"],
      isForKernels: true,
    },
  ],
  "8.3 signed operands": [
    {
      script:
        "begin { $a = (int16)-100; $b = (int16)50; print($a + $b); print($a - $b); print($b - $a); print($a * $b); print($a & $b); print($a | $b); print($a ^ $b); print($a << 2); print($a < $b); print($a > $b); print($a <= -100); print($a >= 0); print(-$a); print(~$a); }",
      prints: [
        "-50",
        "-150",
        "150",
        "-5000",
        "16",
        "-66",
        "-82",
        "-400",
        "true",
        "false",
        "true",
        "false",
        "100",
        "99",
      ],
      isForKernels: true,
    },
  ],
  "8.3 mixed operands": [
    {
      script:
        "begin { $a = (int16)-1; $b = (uint64)5; print($a < $b); print($a + $b); print($a == $b); print($b - $a); $c = (uint32)4294967295; $d = (int32)-1; print($c == $d); print($c > $d); }",
      prints: ["true", "4", "false", "6", "false", "true"],
      says: [
        "1:52-54 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:68-70 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:85-87 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:96-98 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
      isForKernels: true,
    },
  ],
  "8.3 flexible operands": [
    {
      script:
        "begin { $a = (uint64)18446744073709551615; print($a > 0); print($a > 5); print($a == 18446744073709551615); $i = 0; print(sizeof($i + 1)); print(sizeof(5 + pid)); print(sizeof((uint8)5 + (uint8)6)); }",
      prints: ["true", "true", "true", "8", "8", "8"],
      says: ["1:14-22 WARNING: Unnecessary cast: expression is already of type uint64"],
    },
  ],
  "8.3 ++ and --, sizes": [
    {
      script:
        "begin { let $x: uint8 = 255; $x++; print($x); $x--; print($x); let $y: int8 = 127; $y++; print($y); let $z: int16 = -32768; $z--; print($z); $w = (uint8)255; $w++; print($w); print(sizeof($w)); $v = (uint8)0; $v--; print($v); }",
      prints: ["0", "255", "-128", "32767", "256", "8", "-1"],
    },
    {
      script:
        "begin { @a = (uint8)255; @a++; print(@a); @b = 255; @b++; print(@b); @c[1] = (int16)5; @c[1]--; @c[2]--; print(@c[2]); }",
      prints: ["@a: 256", "@b: 256", "-1"],
      maps: ["@a: 256", "@b: 256", "@c[2]: -1", "@c[1]: 4"],
      isForKernels: true,
    },
  ],
  "8.3 64 bits wrap": [
    {
      script:
        "begin { $a = 9223372036854775807; $a++; print($a); $b = 18446744073709551615; $b++; print($b); $c = 4294967295; print($c * $c * $c); $d = (uint64)0; print($d - 1); }",
      prints: ["-9223372036854775808", "0", "12884901887", "-1"],
      says: [
        "1:156-158 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
      isForKernels: true,
    },
  ],
  "8.4 where it is given": [
    {
      script: "begin { $a = (uint64)5; $b = $a - 1; print($b); }",
      prints: ["4"],
      says: [
        "1:30-32 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
    {
      script: "begin { $a = (uint64)5; $b = -5; print($a + $b); }",
      prints: ["0"],
      says: [
        "1:40-42 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
    {
      script: "begin { let $x: uint8; $y = 300; $x = $y; print($x); }",
      prints: ["44"],
      says: [
        "1:39-41 WARNING: Expression of type: int16 being cast to type: uint8. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
    {
      script: "begin { let $x: uint8; $y = -5; $x = $y; print($x); }",
      prints: ["251"],
      says: [
        "1:38-40 WARNING: Expression of type: int8 being cast to type: uint8. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
  ],
  "8.4 where it is not": [
    {
      script:
        "begin { $a = (uint64)5; $b = (int64)$a - 1; print($b); let $x: int32; $y = 300; $x = $y; print($x); let $z: uint8 = 255; print($z); }",
      prints: ["4", "300", "255"],
    },
  ],
  "8.4 signed division": [
    {
      script: "begin { $a = (int64)50; $b = (uint8)5; print($a / $b); }",
      prints: ["10"],
      says: [
        "1:46-53 WARNING: signed operands for '/' can lead to undefined behavior (cast to unsigned to silence warning)",
      ],
    },
    { script: "begin { $a = (int64)50; $b = (int64)5; print($a / $b); print($a % $b); }", prints: ["10", "0"] },
  ],
  "8.4 casts to what it is already": [
    {
      script: "begin { $a = (int16)300; $b = (int16)$a; print($b); }",
      prints: ["300"],
      says: [
        "1:14-21 WARNING: Unnecessary cast: expression is already of type int16",
        "1:31-38 WARNING: Unnecessary cast: expression is already of type int16",
      ],
    },
  ],
  "8.5 other kinds of types": [
    {
      script: 'begin { $x = "a"; $x = 5; }',
      says: [
        "1:19-25 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'string[2]'",
      ],
    },
    {
      script: 'begin { @x = "a"; @x = 5; }',
      says: [
        "1:19-25 ERROR: Type mismatch for @x: trying to assign value of type 'int8' when map already has a type 'string[2]'",
      ],
    },
  ],
  "8.5 literals out of range": [
    {
      script: "begin { let $x: uint8 = 300; }",
      says: [
        "1:9-28 ERROR: Type mismatch for $x: trying to assign value of type 'int16' when variable already has a type 'uint8'",
      ],
    },
    {
      script: "begin { let $x: uint8 = -1; }",
      says: [
        "1:9-27 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'uint8'",
      ],
    },
    {
      script: "begin { $y = -1; $y = 18446744073709551615; }",
      says: [
        "1:18-43 ERROR: Type mismatch for $y: trying to assign value of type 'uint64' when variable already has a type 'int64'",
      ],
    },
  ],
  "8.5 others are cut off": [
    {
      script:
        "begin { let $x: uint8; let $y: int16 = 300; $x = $y; print($x); let $z: uint32; $w = -1; $z = $w; print($z); }",
      prints: ["44", "4294967295"],
      says: [
        "1:50-52 WARNING: Expression of type: int16 being cast to type: uint8. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:95-97 WARNING: Expression of type: int8 being cast to type: uint32. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
  ],
  "8.6 integers": [
    {
      script:
        "begin { $a = -1; print((uint8)$a); print((uint16)$a); print((uint32)$a); print((uint64)$a); print((uint16)(int8)$a); print((uint64)(uint8)$a); print((int64)(uint32)$a); $b = 200; print((int8)$b); $c = (uint64)0xffffffff80000000; print((int32)$c); print((uint32)$c); print((int16)$c); print((uint64)(int8)-1); }",
      prints: [
        "255",
        "65535",
        "4294967295",
        "18446744073709551615",
        "65535",
        "255",
        "4294967295",
        "-56",
        "-2147483648",
        "2147483648",
        "0",
        "18446744073709551615",
      ],
      says: [
        "1:107-113 WARNING: Unnecessary cast: expression is already of type int8",
        "1:202-210 WARNING: Unnecessary cast: expression is already of type uint64",
        "1:299-305 WARNING: Unnecessary cast: expression is already of type int8",
      ],
      isForKernels: true,
    },
  ],
  "8.6 bool, pointers, enums": [
    {
      script:
        "begin { $n = 5; print((bool)$n); print((bool)0); print((uint8)true); print((int8 *)$n); print((uint64)(int8 *)$n); print((bool)(int8 *)$n); print((enum pid_type)2); $m = 99; print((enum pid_type)$m); print(PIDTYPE_PID); }",
      prints: ["true", "false", "1", "0x5", "5", "true", "PIDTYPE_PGID", "99", "PIDTYPE_PID"],
    },
    {
      script: "begin { $x = PIDTYPE_PID; $y = (enum pid_type)99; }",
      says: ["1:32-47 ERROR: Enum: pid_type doesn't contain a variant value of 99"],
    },
  ],
  "8.6 arrays, both ways": [
    {
      script:
        'begin { print((uint8[])(uint16)513); print((int8[4])5); print((uint32[])(uint64)4294967297); print((bool[4])(uint32)0x010001); print((int8[])1234567); print((uint8[4])(uint32)258); $a = (uint8[8])(uint64)0x0807060504030201; print((uint64)$a); print($a[7]); $n = (uint32)0x01020304; print((uint16[])$n); print((uint8[4])"abc"); print((int8[])"hello"); }',
      prints: [
        "[1,2]",
        "[5,0,0,0]",
        "[1,1]",
        "[true,false,true,false]",
        "[-121,-42,18,0]",
        "[2,1,0,0]",
        "578437695752307201",
        "8",
        "[772,258]",
        "[97,98,99,0]",
        "[104,101,108,108,111,0]",
      ],
      isForKernels: true,
    },
    { script: "begin { (int8[9])5; }", says: ['1:9-18 ERROR: Cannot cast from "int8" to "int8[9]"'] },
    {
      script: "begin { $a = (uint8[4])(uint32)5; print((uint16)$a); }",
      says: ['1:41-49 ERROR: Cannot cast from "uint8[4]" to "uint16"'],
    },
    {
      script: "begin { print((uint32[])(uint16)5); }",
      says: ["1:15-25 ERROR: Cannot determine array size: the element size is incompatible with the cast integer size"],
    },
  ],
  "8.6 strings": [
    {
      script:
        'begin { $x = (string[10])"abc"; print($x); print(sizeof($x)); $s = "abc"; $p = (uint8 *)$s; print(str($p)); print((bool)$s); $e = ""; print((bool)$e); }',
      prints: ["abc", "10", "abc", "true", "false"],
    },
    {
      script: 'begin { $y = (string[2])"abc"; }',
      says: ['1:14-25 ERROR: Cannot cast from "string[4]" to "string[2]"'],
    },
    { script: "begin { $x = (string)5; }", says: ['1:14-22 ERROR: Cannot cast from "int8" to "string"'] },
    { script: 'begin { print((int64)"abc"); }', says: ['1:15-22 ERROR: Cannot cast from "string[4]" to "int64"'] },
  ],
  "8.6 aggregations": [
    {
      script: "begin { @c = count(); print((int32)@c); print((bool)@c); @s = sum(-5); print((int64)@s); }",
      prints: ["1", "true", "-5"],
      maps: ["@c: 1", "@s: -5"],
    },
    {
      script: "begin { @h = hist(5); print((int64)@h); }",
      says: ['1:29-36 ERROR: Cannot cast from "hist_t" to "int64"'],
    },
  ],
  "8.6 structs": [
    {
      script: "begin { print((uint64)*curtask); }",
      says: ['1:15-23 ERROR: Cannot cast from C type "struct task_struct"'],
    },
  ],
  "8.6 to the type that it has": [
    {
      script:
        'begin { $t = (1, "a"); $u = (typeof($t))$t; print($u); print((typeof($t))$t == $t); @m[(typeof($t))$t] = 1; }',
      prints: ["(1, a)", "true"],
      maps: ["@m[1, a]: 1"],
      says: [
        "1:29-41 WARNING: Unnecessary cast: expression is already of type (int8,string[2])",
        "1:62-74 WARNING: Unnecessary cast: expression is already of type (int8,string[2])",
        "1:88-100 WARNING: Unnecessary cast: expression is already of type (int8,string[2])",
      ],
    },
    {
      script:
        'begin { $r = (a = 1, b = "x"); $s = (typeof($r))$r; print($s); $a = (int8[4])1; $b = (int8[4])$a; print($b); }',
      prints: ["{ .a = 1, .b = x }", "[1,0,0,0]"],
      says: [
        "1:37-49 WARNING: Unnecessary cast: expression is already of type record { .a = int8, .b = string[2] }",
        "1:86-95 WARNING: Unnecessary cast: expression is already of type int8[4]",
      ],
    },
    {
      script:
        'begin { $b = buf("ab", 2); $c = (typeof($b))$b; print($c); $n = ntop(0x0100007f); $o = (typeof($n))$n; print($o); }',
      prints: ["ab", "127.0.0.1"],
      says: [
        "1:33-45 WARNING: Unnecessary cast: expression is already of type buffer[6]",
        "1:88-100 WARNING: Unnecessary cast: expression is already of type inet[24]",
      ],
    },
    {
      script: "begin { $t = (1, 2); $u = (typeof($t))(1, 300); }",
      says: ['1:27-39 ERROR: Cannot cast from "(int8,int16)" to "(int8,int8)"'],
    },
    {
      script:
        "macro f(t, x) { (t)x } macro g(t) { let $x : t = 1; $x } begin { print(f(uint8, -1)); print(f(typeof(int16), -1)); print(sizeof(g(int32))); }",
      prints: ["255", "-1", "4"],
    },
  ],
  "8.7 what may be a condition": [
    {
      script:
        'begin { $n = 5; $p = (int8 *)0; if ($n) { print(1); } if ($p) { print(2); } if (true) { print(3); } print($p ? 1 : 2); print("" ? 1 : 2); }',
      prints: ["1", "3", "2", "2"],
    },
    { script: "begin { print(comm ? 1 : 2); }", says: ["1:15-27 ERROR: Invalid condition: string"] },
    { script: "begin { $t = (1, 2); print($t ? 1 : 2); }", says: ["1:28-38 ERROR: Invalid condition: tuple"] },
    { script: "begin { @c = count(); if (@c) { } }", says: ["1:23-34 ERROR: Invalid condition: count_t"] },
    {
      script: "begin { @c = count(); if (@c == 1) { print(1); } if (@c > 0 && @c < 5) { print(2); } }",
      prints: ["1", "2"],
      maps: ["@c: 1"],
    },
  ],
  "8.7 branches meet in one type": [
    {
      script:
        'begin { $n = 0; print($n ? "a" : "abcdef"); $s = $n ? "abcdef" : "x"; print($s); print(sizeof($s)); $t = $n ? (1, "a") : (300, "abcdef"); print($t); $r = pid ? (a = 1, b = 2) : (b = 300, a = 4); print($r); $x = if ($n) { (1, "q") } else { (2, "qwert") }; print($x.1); }',
      prints: ["abcdef", "x", "7", "(300, abcdef)", "{ .a = 1, .b = 2 }", "qwert"],
      isForKernels: true,
    },
    {
      script: 'begin { print(pid ? 1 : "a"); }',
      says: ["1:15-28 ERROR: Branches must return the same type or compatible types: have 'int8' and 'string[2]'"],
    },
    {
      script: "begin { print(pid ? 1 : true); }",
      says: ["1:15-29 ERROR: Branches must return the same type or compatible types: have 'int8' and 'bool'"],
    },
    {
      script: "begin { print(pid ? 1 : print(1)); }",
      says: ["1:15-33 ERROR: Branches must return the same type or compatible types: have 'int8' and 'void'"],
    },
    { script: "begin { pid ? print(1) : print(2); }", prints: ["1"] },
  ],
  "8.8 integers widen silently": [
    {
      script:
        "begin { let $a: int64; let $b: uint32 = 7; $a = $b; print($a); let $c: int32; let $d: int8 = -7; $c = $d; print($c); @m[1] = (uint8)1; @m[2] = (uint64)2; @m[3] = (uint16)3; print(@m[1] + @m[2] + @m[3]); }",
      prints: ["7", "-7", "6"],
      maps: ["@m[1]: 1", "@m[2]: 2", "@m[3]: 3"],
    },
  ],
  "8.8 strings and tuples widen silently": [
    {
      script:
        'begin { @t = (1, "a"); @t = (500, "abcdef"); print(@t); $t = (1, "ab"); $u = ((uint64)5, "abcdef"); $u = $t; print($u); print(sizeof($u)); }',
      prints: ["@t: (500, abcdef)", "(1, ab)", "16"],
      maps: ["@t: (500, abcdef)"],
    },
  ],
  "8.8 enums become integers": [
    {
      script:
        "begin { $x = PIDTYPE_SID; $x = 1; print($x); let $y: enum pid_type = 1; print($y); let $z: uint8 = PIDTYPE_SID; print($z); }",
      prints: ["1", "PIDTYPE_TGID", "3"],
      says: [
        "1:100-111 WARNING: Expression of type: enum pid_type being cast to type: uint8. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
    { script: "begin { @m[5] = 1; @m[PIDTYPE_PID] = 1; }", maps: ["@m[0]: 1", "@m[5]: 1"] },
  ],
});
