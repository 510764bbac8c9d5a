import { languageTests } from "./language-rows.js";

languageTests("9 Run-time values", {
  "9 2 division is unsigned, by zero it gives 1": [
    {
      script: "begin { $a = -7; print($a / 2); print($a % 2); print(-7 / 2); print(-7 % 2); }",
      prints: ["9223372036854775804", "1", "-3", "-1"],
      isForKernels: true,
    },
    {
      script: "begin { $z = 0; print(10 / $z); print((uint64)10 % (uint64)$z); @m = 7; @m /= $z; print(@m); }",
      prints: ["1", "1", "@m: 1"],
      maps: ["@m: 1"],
      says: [
        "1:76-81 WARNING: signed operands for '/' can lead to undefined behavior (cast to unsigned to silence warning)",
        "1:23-30 WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.",
        "1:39-62 WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.",
        "1:76-81 WARNING: Divide or modulo by 0 detected. This can lead to unexpected results. 1 is being used as the result.",
      ],
      isForKernels: true,
    },
  ],
  "9 3 shifts are logical": [
    {
      script: "begin { $a = -8; print($a >> 1); print(-8 >> 1); print($a << 1); }",
      prints: ["9223372036854775804", "-4", "-16"],
      isForKernels: true,
    },
  ],
  "9 3 unary - and ~ wrap in the type of their operand": [
    {
      script: `begin { @c = (uint32)5; $c = @c; printf("%lu %lu\\n", ~$c, -$c); print((~$c) == 4294967290); print((~$c) >> 1);
                       print(-$c == -5); print(~~$c); print(-~$c); clear(@c); }`,
      prints: ["4294967290 4294967291", "true", "2147483645", "false", "5", "6"],
      isForKernels: true,
    },
    {
      script: `begin { @a = (uint8)5; @b = (uint16)5; @d = (uint64)5; print((~@a, -@a)); print((~@b, -@b)); print((~@d, -@d));
                       print((~@a >> 1, ~@b >> 1)); print((~@a + 1, ~@b * 2, ~@a / 7)); print(-@a > 250); clear(@a); clear(@b); clear(@d); }`,
      prints: [
        "(250, 251)",
        "(65530, 65531)",
        "(18446744073709551610, 18446744073709551611)",
        "(125, 32765)",
        "(251, 131060, 35)",
        "true",
      ],
      isForKernels: true,
    },
    // The reference shows the bits of signed operands without their sign: 250 and 251, 65530 and 65531 …
    {
      script: `begin { @a = (int8)5; @b = (int16)-5; @c = (int32)5; @d = (int64)-5; print((~@a, -@a, ~@b, -@b, ~@c, -@c, ~@d, -@d));
                       print(~@a >> 60); @a = (int8)-128; print(-@a); $i = 5; print((-$i, ~$i)); clear(@a); clear(@b); clear(@c); clear(@d); }`,
      says: [
        "1:14-20 WARNING: Unnecessary cast: expression is already of type int8",
        "2:47-53 WARNING: Unnecessary cast: expression is already of type int8",
      ],
      prints: ["(-6, -5, 4, 5, -6, -5, 4, 5)", "15", "-128", "(-5, -6)"],
      isForKernels: true,
    },
    // In the reference the type has 64 bits, only the value has fewer.
    {
      script: `begin { $s = (uint16)5; $s = ~$s; print($s); print(sizeof($s)); print(sizeof(-$s)); @v = -$s; @k[~$s, -$s] = 1;
                       print((a = ~$s, b = -$s)); print($s > 9 ? ~$s : -$s); print(typeinfo(-$s).full_type); }`,
      env: { BPFTRACE_UNSTABLE_TYPEINFO: "enable" },
      prints: ["65530", "2", "2", "{ .a = 5, .b = 6 }", "5", "uint16"],
      maps: ["@k[5, 6]: 1", "@v: 6"],
    },
    // Literals have no width: they are folded in 64 bits.
    {
      script:
        "begin { print(~5); print(-5); print(~(-1)); print(~(uint32)5); print(-(uint8)5); print(!5); print(!(uint8)0); }",
      prints: ["18446744073709551610", "-5", "0", "4294967290", "251", "false", "true"],
    },
    {
      script:
        "begin { print(~pid == 4294967295 - pid); print(!~(uint8)255); print(-RPM_SUSPENDED); $e = RPM_SUSPENDED; print(~$e); }",
      prints: ["true", "true", "18446744073709551614", "18446744073709551613"],
    },
  ],
  "9 3 a variable of a declared type is stepped in it": [
    {
      script: `begin { let $x: uint8 = 255; print(++$x); print($x--); print($x); let $y: int8 = 127; print($y++); print($y); print(--$y);
                       let $z: uint32 = 0; print(--$z); let $w: int16 = 32767; $w++; print($w); }`,
      prints: ["0", "0", "255", "127", "-128", "127", "4294967295", "-32768"],
      isForKernels: true,
    },
  ],
  "9 5 a failed read is zero, and told with -k": [
    // The reference does not know whose memory it is, and reads with probe_read.
    {
      script: "begin { $q = (struct task_struct *)0; print($q.pid); }",
      options: ["-k"],
      prints: ["0"],
      says: ["1:45-51 WARNING: Bad address", "Additional Info - helper: probe_read_user, retcode: -14"],
    },
    {
      script: "begin { @m[1] = 1; print(@m[5]); }",
      options: ["-k"],
      prints: ["0"],
      maps: ["@m[1]: 1"],
      says: [
        "1:26-31 WARNING: Can't lookup map element because it does not exist.",
        "Additional Info - helper: map_lookup_elem, retcode: 0",
      ],
    },
  ],
  "9 6 assignment copies": [
    {
      script:
        'begin { @m[1] = "abc"; $x = @m[1]; @m[1] = "zzz"; print($x); @t[1] = (1, "abc"); $y = @t[1]; @t[1] = (2, "zzz"); print($y); print(@t[1].1); $a = (uint8[4])(uint32)1; $b = $a; $a = (uint8[4])(uint32)2; print($b); @m = "never"; }',
      says: [
        "1:213-215 ERROR: @m used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)",
      ],
      isForKernels: true,
    },
    {
      script:
        'begin { @m = "abc"; $x = @m; @m = "def"; print($x); print(@m); @m = @m; print(@m); $y = (@m, @m); print($y); $s = "abc"; $s = $s; print($s); }',
      prints: ["abc", "@m: def", "@m: def", "(def, def)", "abc"],
      maps: ["@m: def"],
      isForKernels: true,
    },
  ],
  "9 7 a let is zero every time": [
    {
      script:
        'begin { for ($i : 0..3) { let $s: string[8]; let $n: uint32; let $a: uint8[4]; print(($s, $n, $a)); $s = "abc"; $n = 7; $a = (uint8[4])(uint32)5; } }',
      prints: ["(, 0, [0,0,0,0])", "(, 0, [0,0,0,0])", "(, 0, [0,0,0,0])"],
      says: [
        "1:87-89 WARNING: Variable used before it was assigned: $s",
        "1:91-93 WARNING: Variable used before it was assigned: $n",
        "1:95-97 WARNING: Variable used before it was assigned: $a",
      ],
      isForKernels: true,
    },
    {
      script: 'begin { unroll (2) { let $s: string[8]; print($s); $s = "abc"; } }',
      maps: ["", ""],
      says: ["1:47-49 WARNING: Variable used before it was assigned: $s"],
    },
  ],
  "9.1 operands from left to right": [
    {
      script:
        "begin { $i = 1; print($i + $i++); print($i++ + $i); print($i++ - $i++); print($i + { $i = 50; 1 } + $i); print(($i++, $i++, $i)); $t = ($i++, ($i++, $i)); print($t); $r = (a = $i++, b = $i); print($r); }",
      prints: ["2", "5", "-1", "56", "(50, 51, 52)", "(52, (53, 54))", "{ .a = 54, .b = 55 }"],
      isForKernels: true,
    },
  ],
  "9.1 arguments from left to right": [
    {
      script:
        'begin { $i = 1; printf("%d %d %d\\n", $i, $i++, $i); printf("%d %d %d\\n", $i++, $i++, $i++); printf("%d %s %d\\n", $i, { $i = 5; "abc" }, $i); print(($i, $i++)); }',
      prints: ["1 1 2", "2 3 4", "5 abc 5", "(5, 5)"],
      isForKernels: true,
    },
    {
      script:
        'begin { @m[1] = "abc"; printf("%s %d %s\\n", @m[1], delete(@m, 1), @m[1]); $s = "abc"; print($s == { $s = "xyz"; "abc" }); print($s); @s = "abc"; $t = (@s, { @s = "xyz"; "abc" }, @s); print($t); }',
      prints: ["abc 1 ", "false", "xyz", "(abc, abc, xyz)"],
      maps: ["@s: xyz"],
      isForKernels: true,
    },
  ],
  "9.1 && and || stop early": [
    {
      script:
        'begin { $i = 1; $z = 0; $x = $z && $i++; print($i); $x = pid && $i++; print($i); $x = pid || $i++; print($i); $x = $z || $i++; print($i); print($x); print(0 && { print("no"); 1 }); print(1 || { print("no"); 1 }); }',
      prints: ["1", "2", "2", "3", "true", "false", "true"],
      isForKernels: true,
    },
  ],
  "9.1 only one branch is evaluated": [
    {
      script:
        "begin { $i = 1; $x = pid ? $i++ : { $i += 100; 5 }; print($i); print($x); $z = 0; $x = $z ? $i++ : { $i += 100; 5 }; print($i); if ($z) { $i = 0; } else if (pid) { $i++; } else { $i = 0; } print($i); }",
      prints: ["2", "1", "102", "103"],
      isForKernels: true,
    },
  ],
  "9.1 the right side comes before the key": [
    { script: "begin { $i = 1; @x[$i++] = $i++; print($i); }", prints: ["3"], maps: ["@x[2]: 1"], isForKernels: true },
  ],
  "9.1 a compound assignment evaluates its key twice": [
    {
      script: "begin { $i = 0; @x[$i++] += 1; print($i); @y[$i++] *= 3; print($i); @z[$i++]++; print($i); }",
      prints: ["2", "4", "5"],
      maps: ["@x[1]: 1", "@y[3]: 0", "@z[4]: 1"],
      isForKernels: true,
    },
  ],
  "9.1 the predicate comes first": [
    { script: "begin /0/ { print(1); } end /1/ { print(2); }", prints: ["2"] },
    {
      script: "begin { @x = 1; } end /@x++ == 1/ { print(@x); }",
      prints: ["@x: 2"],
      maps: ["@x: 2"],
      isForKernels: true,
    },
    { script: "begin /comm/ { print(1); }", says: ["1:7-13 ERROR: Invalid condition: string"] },
  ],
});
