import { languageTests } from "./language-rows.js";

languageTests("6 Expression grammar", {
  "6.1 of literals": [
    {
      script:
        "begin { print(1 + 2 * 3 - 4 / 2 % 3); print(1 << 2 + 1); print(7 & 3 == 3); print(1 | 2 ^ 3 & 1); print(1 || 0 && 0); print(5 > 3 > 1); print(5 > 3 == 1); print(2 - 1 - 1); print(8 / 4 / 2); print(1 ? 0 ? 2 : 3 : 4); print(0 ?: 0 ?: 5); }",
      prints: ["5", "8", "1", "3", "true", "false", "true", "0", "1", "3", "5"],
    },
  ],
  "6.1 at run time": [
    {
      script:
        "begin { $a = (uint64)10; $b = (uint64)3; $c = (uint64)2; print($a + $b * $c); print($a / $c % $b); print((uint64)1 << $c + 1); print($a & $b == 3); print($a | $b ^ $c & 1); print($a || 0 && 0); print($a > $b > 1); print($a - $b - $c); print($a / $b / $c); print($a ? 0 ? $b : $c : 4); print($a << $b >> 1); print($a - $b * $c + $a / $c); }",
      prints: ["16", "2", "8", "0", "11", "true", "false", "5", "1", "2", "40", "9"],
      says: [
        "1:221-223 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:226-228 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:231-233 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:314-316 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:319-326 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
        "1:329-336 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
      isForKernels: true,
    },
  ],
  "6.1 prefixes bind closer than operators, postfixes closer than prefixes": [
    {
      script:
        "begin { $x = 5; $y = (int32)$x + 1; print(sizeof($y)); $z = -$x++ + 0; print($x); print(!$x); print(!!$x); print(~~$x); print(- -$x); $t = (1, 2); print((uint8)$t.1 + 300); }",
      prints: ["8", "6", "false", "true", "6", "6", "302"],
    },
  ],
  "6.1 there is no unary plus": [
    { script: "begin { print(+5); }", says: ["1:15-16 ERROR: syntax: expected expression"] },
  ],
  "6.2 ++ and -- step variables and maps": [
    {
      script:
        "begin { $x = 5; print($x++); print(++$x); print($x--); print(--$x); @m = 5; print(@m++); print(++@m); print(@m--); @k[1] = 5; print(@k[1]++); print(--@k[1]); print(++@k[2]); }",
      prints: ["5", "7", "7", "5", "5", "7", "7", "5", "5", "1"],
      maps: ["@k[2]: 1", "@k[1]: 5", "@m: 6"],
    },
    { script: "begin { 5++; }", says: ["1:10-12 ERROR: syntax: increment/decrement requires a variable or map"] },
    { script: "begin { ++pid; }", says: ["1:11-14 ERROR: syntax: increment/decrement requires a variable or map"] },
    {
      script: "begin { $x = (1, 2); $x.0++; }",
      says: ["1:26-28 ERROR: syntax: increment/decrement requires a variable or map"],
    },
    { script: "begin { $a = 5; $a --1; }", says: ["1:22-23 ERROR: syntax: expected ';'"] },
  ],
  "6.2 & takes variables and maps": [
    ...["&--$x", "&*$x", "&(uint8)$x", "&comptime $x", "&-$x"].map((expr) => {
      const length = expr.startsWith("&c") ? "comptime".length : 1;
      return {
        script: `begin { $x = 1; $y = ${expr}; }`,
        says: [`1:23-${23 + length} ERROR: syntax: address-of operator (&) can only be used on a map or variable`],
      };
    }),
    {
      script:
        "begin { $x = (uint64)5; $p = &$x; print(*$p); print(*(&$x)); $x = 7; print(*$p); @m = 5; $q = &@m; print($q != 0); }",
      prints: ["5", "5", "7", "true"],
      maps: ["@m: 5"],
      isForKernels: true,
    },
    {
      script:
        'begin { $t = (1, (uint64)7, "abc"); $p = &$t; print((*$p).1); print((*$p).2); $u = *$p; print($u); $s = "text"; $q = &$s; print(*$q); }',
      prints: ["7", "abc", "(1, 7, abc)", "text"],
      isForKernels: true,
    },
    {
      script:
        "begin { $x = (uint64)0x0807060504030201; $p = (uint8 *)&$x; print($p[0]); print($p[7]); print(*($p + 3)); $p++; print(*$p); $q = (uint16 *)$p; print(*$q); print($q[1]); print(*(uint32 *)$p); $pp = &$q; print(**$pp); $i = 2; print($p[$i]); }",
      prints: ["1", "8", "4", "2", "770", "1284", "84148994", "770", "4"],
      isForKernels: true,
    },
    {
      script: "begin { &5; }",
      says: ["1:10-11 ERROR: syntax: address-of operator (&) can only be used on a map or variable"],
    },
    {
      script: "begin { print(&pid); }",
      says: ["1:16-19 ERROR: syntax: address-of operator (&) can only be used on a map or variable"],
    },
    { script: "begin { @m[1] = 5; $p = &@m[1]; }", says: ["1:28-29 ERROR: syntax: expected ';'"] },
  ],
  "6.2 ?: evaluates its condition": [
    {
      script: "begin { print(4 ?: 5); print(0 ?: 5); $x = 1; print($x ?: 7); $x = 0; print($x ?: 7); }",
      prints: ["4", "5", "1", "7"],
    },
    // The reference evaluates it twice: 2 and 3.
    { script: "begin { $x = 1; print(($x++) ?: 7); print($x); }", prints: ["1", "2"] },
  ],
  "6.3 casts": [
    {
      script: 'begin { $x = 5; print((uint8)$x - 1); print((uint8)300); print((int8)"" == 0); }',
      says: ['1:64-70 ERROR: Cannot cast from "string[1]" to "int8"'],
    },
    {
      script:
        "begin { $x = (uint64)200; print((int8)$x); print((uint8)-1); print((int8) (3 + 4)); print((bool)!$x); print((uint8)~0); print((uint8 *)$x); print((typeof($x))5); print((uint32)@m); @m = 7; }",
      prints: ["-56", "255", "7", "false", "255", "0xc8", "5", "0"],
      maps: ["@m: 7"],
      says: [
        "1:68-75 WARNING: Unnecessary cast: expression is already of type int8",
        "1:91-97 WARNING: Unnecessary cast: expression is already of type bool",
      ],
    },
  ],
  "6.3 parentheses": [
    {
      script:
        "begin { print((pid) - 1 == pid - 1); print((nsecs) - 1 > 0); print((uid()) * 2 < 1); $y = 4; print(($y) - 1); print(($y)); print((5)); }",
      prints: ["true", "true", "true", "3", "4", "5"],
      says: [
        "1:45-50 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
  ],
  "6.3 any single name of a type of C": [
    {
      script:
        "begin { $x = -1; print((char)$x); print((int)$x); print((long)$x); print((unsigned)$x); print((size_t)$x); print((uint64_t)$x); print((u32)$x); print((u8)$x); print((s16)$x); }",
      prints: [
        "255",
        "-1",
        "-1",
        "4294967295",
        "18446744073709551615",
        "18446744073709551615",
        "4294967295",
        "255",
        "-1",
      ],
    },
    { script: "begin { print((unsigned int)1); }", says: ["1:25-28 ERROR: syntax: expected ')'"] },
    { script: "begin { print((nosuch)5); }", says: ['1:16-22 ERROR: Cannot resolve unknown type "nosuch"'] },
    {
      script: "begin { (N) & 1; }",
      says: ["1:15-16 ERROR: syntax: address-of operator (&) can only be used on a map or variable"],
    },
  ],
  "6.4 groups, tuples and records": [
    {
      script:
        'begin { print((5)); print((5,)); print((5, 6,)); print(((1, 2), (3, 4))); print((a = 1)); print((a = 1, b = (c = "x"))); }',
      prints: ["5", "(5)", "(5, 6)", "((1, 2), (3, 4))", "{ .a = 1 }", "{ .a = 1, .b = { .c = x } }"],
    },
    {
      script: "begin { pid ? () : (); }",
      says: ["1:15-17 ERROR: Invalid expression for assignment", "1:20-22 ERROR: Invalid expression for assignment"],
    },
    { script: "begin { $x = (); }", says: ["1:9-16 ERROR: Invalid expression for assignment"] },
    {
      script: "begin { $r = (a = 1, a = 2); }",
      says: ["1:22-27 ERROR: syntax: Named argument list already contains name: a"],
    },
  ],
  "6.4 the empty tuple is nothing": [
    // Of all but the last the reference says that it is a bug of its own.
    ...[
      "();",
      "_ = ();",
      "if (1) { () } print(1);",
      "for ($i : 0..3) { () }",
      "{ $y = 1; } (); $x = 1;",
      "$x = 1; ()",
    ].map((body) => {
      const at = `begin { ${body} }`.indexOf("()") + 1;
      return { script: `begin { ${body} }`, says: [`1:${at}-${at + 2} ERROR: Invalid expression for assignment`] };
    }),
    {
      script: "begin { pid ? () : (); }",
      says: ["1:15-17 ERROR: Invalid expression for assignment", "1:20-22 ERROR: Invalid expression for assignment"],
    },
    { script: "begin { $x = (); }", says: ["1:9-16 ERROR: Invalid expression for assignment"] },
  ],
  "6.4 elements": [
    {
      script:
        'begin { $t = (1, "abc", (2, (3, 4))); print($t.0); print($t.1); print($t.2.1.0); print($t.2.1); print($t[1]); print(((1, 2), 3).0.1); print((1, 2)[1]); }',
      prints: ["1", "abc", "3", "(3, 4)", "abc", "2", "2"],
    },
    {
      script:
        'begin { $r = (a = 1, b = "x", c = (1, 2), d = (e = 1, f = 2)); print($r.a); print($r.b); print($r.c.1); print($r.d.f); print($r.d); }',
      prints: ["1", "x", "2", "2", "{ .e = 1, .f = 2 }"],
    },
    {
      script: "begin { $t = (1, 2); $i = 1; print($t[$i]); }",
      says: ["1:36-42 ERROR: Array-style access for tuples only valid for integer literals"],
    },
  ],
  "6.5 sizeof of types and expressions": [
    {
      script:
        'begin { print(sizeof(int32)); print(sizeof(int32[5])); print(sizeof(string[5])); print(sizeof(uint8 *)); print(sizeof("abc")); print(sizeof(1 + 1)); print(sizeof(string)); print(sizeof(struct list_head)); print(sizeof(comm())); print(sizeof(pid)); print(sizeof((1, "abc", (uint64)1))); print(sizeof(PIDTYPE_PID)); print(sizeof(enum pid_type)); }',
      prints: ["4", "20", "5", "8", "4", "1", "0", "16", "16", "4", "16", "8", "8"],
    },
    { script: "begin { print(sizeof(comm)); }", says: ["1:22-26 ERROR: Unknown identifier: 'comm'"] },
  ],
  "6.5 of what is a constant itself": [
    {
      script:
        "begin { print((sizeof(sizeof(1)), sizeof(comptime (1 + 2)), sizeof(typeinfo(1).base_type))); print(sizeof(offsetof(struct list_head, prev))); }",
      env: { BPFTRACE_UNSTABLE_TYPEINFO: "enable" },
      prints: ["(1, 1, 4)", "1"],
    },
  ],
  "6.5 operands are not evaluated": [
    { script: "begin { $x = 0; print(sizeof($x++)); print($x); }", prints: ["8", "0"] },
    { script: "begin { print(sizeof(@m = 5)); }", says: ["1:25-26 ERROR: syntax: expected ')'"] },
  ],
  "6.5 a keyed map stands for its keys": [
    {
      script:
        "begin { @m[1, 2] = (uint64)5; print(sizeof(@m[1, 2])); print(sizeof(@m)); let $k: typeof(@m) = (3, 4); print($k); }",
      prints: ["8", "2", "(3, 4)"],
      maps: ["@m[1, 2]: 5"],
    },
  ],
  "6.5 offsetof": [
    {
      script:
        "begin { print(offsetof(struct list_head, prev)); print(offsetof(struct task_struct, se.vruntime) > 0); print(offsetof(list_head, prev)); print(offsetof(*curtask, pid) == offsetof(struct task_struct, pid)); }",
      prints: ["8", "true", "8", "true"],
    },
    {
      script: "begin { print(offsetof(struct list_head, zzz)); }",
      says: ["1:15-46 ERROR: 'struct list_head' has no field named 'zzz'"],
    },
    { script: "begin { print(offsetof(int32, x)); }", says: ["1:15-33 ERROR: 'int32' is not a C type."] },
  ],
  "6.5 typeof makes types": [
    {
      script:
        'begin { let $x: typeof(pid) = 5; print(sizeof($x)); let $y: typeof("abcd") = "ab"; print($y); let $z: typeof((1, 2)) = (3, 4); print($z); print((typeof($x))-1); }',
      prints: ["4", "ab", "(3, 4)", "4294967295"],
    },
    {
      script: "begin { print(typeof(5)); }",
      says: [
        "1:15-24 ERROR: When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter",
      ],
    },
  ],
  "6.5 types as arguments of macros": [
    {
      script: `macro cst(a) { (a*)-1 } macro num(a) { (a)-1 } begin { print(cst(typeof(uint8))); print(cst(typeof(struct task_struct)));
                 print((num(typeof(uint16)), num(typeof(int)), num(typeof(pid)))); $x = (uint8)1; print((num(typeof($x)), num(uint8))); }`,
      prints: ["0xff", "0xff", "(65535, -1, 4294967295)", "(255, 255)"],
      isForKernels: true,
    },
    {
      script: `macro bytes(t, v) { (t[2])v } macro all(t) { sizeof(t) + sizeof(t*) + sizeof(t[4]) } macro made(t, v) { let $x: t = v; $x }
                macro first(t) { all(t) } macro to(t, v) { (t**)v } begin { print(bytes(typeof(uint8), (uint16)258)); print((all(typeof(uint32)), first(typeof(struct list_head))));
                print((sizeof(made(typeof(uint64), 5)), to(typeof(uint8), 7), sizeof(*to(typeof(uint8), 0)))); }`,
      prints: ["[2,1]", "(28, 88)", "(8, 0x7, 8)"],
    },
    {
      script: `macro at(t) { offsetof(t, comm) } macro read(t, v) { let $p: t* = (t*)v; $p.pid } begin { print(at(typeof(struct task_struct)) == offsetof(struct task_struct, comm));
                print(read(typeof(struct task_struct), (uint64)curtask) == tid); print(at(typeof(*curtask())) > 0); }`,
      prints: ["true", "true", "true"],
    },
    {
      script: "macro cst(a) { (a*)-1 } begin { print(cst(5)); }",
      says: ["1:43-44 ERROR: Invalid replacement for macro 'cst' type parameter 'a' which makes up the type 'a'"],
    },
  ],
  "6.5 typeinfo needs to be enabled": [
    {
      script: "begin { print(typeinfo(5)); }",
      says: [
        "1:15-26 ERROR: typeinfo feature is not enabled by default. To enable this unstable feature, set the config flag to enable. unstable_typeinfo=enable",
      ],
    },
    {
      script:
        'config = { unstable_typeinfo = "enable" } begin { $x = (uint8)5; print(typeinfo($x)); print(typeinfo("abc").full_type); print(typeinfo((1, "a")).base_type); print(typeinfo((a = 1)).full_type); print(typeinfo(struct list_head).base_type); print(typeinfo(uint8[5]).base_type); print(typeinfo(true).base_type); }',
      prints: [
        "{ .btf_id = 0, .base_type = int, .full_type = uint8 }",
        "string[4]",
        "tuple",
        "record { .a = int8 }",
        "c_type",
        "array",
        "int",
      ],
    },
  ],
});
