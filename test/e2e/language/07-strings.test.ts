import { languageTests } from "./language-rows.js";

languageTests("7 Types", {
  "7.3 the largest size counts, shorter values are padded": [
    { script: 'begin { $s = "abc"; $s = "abcdef"; $s = "x"; print($s); print(sizeof($s)); }', prints: ["x", "7"] },
    {
      script:
        'begin { $s = "abcdefghijk"; $s = "x"; @k[$s] = 1; @k["x"] = 2; $s = "abcdefghijk"; $s = "xy"; @k[$s] = 3; $t = ($s, 1); $t = ("xy", 1); @t[$t] = 1; @t["xy", 1] = 2; print(len(@k)); print(len(@t)); }',
      prints: ["2", "1"],
      maps: ["@k[x]: 2", "@k[xy]: 3", "@t[xy, 1]: 2"],
      isForKernels: true,
    },
    {
      script:
        'begin { @s = "abc"; @s = "abcdef"; print(@s); @v[1] = "a"; @v[2] = "abcdef"; print(@v[1]); print(@v[3]); print(sizeof(@v[1])); }',
      prints: ["@s: abcdef", "a", "", "7"],
      maps: ["@s: abcdef", "@v[1]: a", "@v[2]: abcdef"],
    },
  ],
  "7.3 a declared size is fixed": [
    {
      script:
        'begin { let $s: string[8] = "abcdefg"; print($s); $s = "x"; print($s); let $t: string[8]; $t = "xy"; print(sizeof($t)); }',
      prints: ["abcdefg", "x", "8"],
    },
    {
      script: 'begin { let $s: string[4]; $s = "abcdefg"; }',
      says: [
        "1:28-42 ERROR: Type mismatch for $s: trying to assign value of type 'string[8]' when variable already has a type 'string[4]'",
      ],
    },
  ],
  "7.3 strings longer than the stack": [
    {
      script:
        'begin { let $s: string[600] = "abc"; $t = $s; print($t == $s); $s = "def"; print($t); print($s != $t); @m[$s] = 1; @m["def"] = 2; @m[$t] = 3; print(len(@m)); print(sizeof($s)); $x = (1, $s, 2); print($x); print($x.1); @k[$x] = 5; @k[1, "def", 2] = 6; print(len(@k)); @v[1] = $s; print(@v[1]); print(@v[2]); }',
      prints: ["true", "abc", "true", "2", "600", "(1, def, 2)", "def", "1", "def"],
      maps: ["", "@k[1, def, 2]: 6", "@m[def]: 2", "@m[abc]: 3", "@v[1]: def"],
      isForKernels: true,
    },
    {
      script:
        'begin { $a = "hello"; $s = str($a); $t = (1, $s, (2, $s)); print($t.2.1); $u = $t; print($u == $t); $u = (1, "hellp", (2, "hello")); print($u == $t); @[$t] = 1; @[$u] = 2; @[(1, "hello", (2, "hello"))] = 3; print(len(@)); @w = $t; print(@w.2.1); }',
      prints: ["hello", "true", "false", "2", "hello"],
      maps: ["@[1, hellp, (2, hello)]: 2", "@[1, hello, (2, hello)]: 3", "@w: (1, hello, (2, hello))"],
      isForKernels: true,
    },
    {
      script:
        'config = { max_strlen = 200 } begin { $a = "hello"; for ($i : 0..3) { $s = str($a, $i + 1); @[$s] = $i; $t = ($i, $s); print($t); if ($i == 1) { continue; } printf("%s %d\\n", $s, $i); } for ($kv : @) { $k = $kv.0; @copy[$k, $kv.1] = $k; } print(len(@copy)); }',
      prints: ["(0, )", " 0", "(1, h)", "(2, he)", "he 2", "3"],
      maps: ["@[]: 0", "@[h]: 1", "@[he]: 2", "@copy[, 0]: ", "@copy[h, 1]: h", "@copy[he, 2]: he"],
      isForKernels: true,
    },
  ],
  "7.3 literals have a limit, formats have not": [
    {
      script: 'config = { max_strlen = 8 } begin { $x = "1234567"; print($x); printf("1234567890123456\\n"); }',
      prints: ["1234567", "1234567890123456"],
    },
    {
      script: 'config = { max_strlen = 8 } begin { $x = "12345678"; print($x); }',
      says: ["1:42-52 ERROR: String is too long (over 8 bytes): 12345678"],
    },
    {
      script:
        'begin { $x = (string[1024])"a"; let $y : string[1024]; $y = "b"; print(($x, $y, sizeof(string[1025]))); }',
      prints: ["(a, b, 1025)"],
    },
    {
      script: 'begin { $x = (string[1025])"a"; print($x); }',
      says: [
        "1:14-28 ERROR: String type is too long (over 1024 bytes): string[1025]",
        "HINT: Increase BPFTRACE_MAX_STRLEN.",
      ],
    },
    {
      script: "begin { let $x : string[99999999]; print(1); }",
      says: [
        "1:18-34 ERROR: String type is too long (over 1024 bytes): string[99999999]",
        "HINT: Increase BPFTRACE_MAX_STRLEN.",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
  ],
  "7.3 == and != compare as C strings": [
    {
      script:
        'begin { $s = "abc"; $t = "abcdef"; print($s == $t); print($s != $t); $t = "abc"; print($s == $t); print($s != $t); $s = "abcdef"; print($s == $t); print($s == "abcdef"); print("abcdefg" == $s); print($s == "abcde"); }',
      prints: ["false", "true", "true", "false", "false", "true", "false", "false"],
      isForKernels: true,
    },
    {
      script:
        'config = { max_strlen = 1000 } begin { $e = "hello"; $a = str($e); print($a == "hello"); print($a != "hell"); print($a == "hello world"); $b = str($e, 4); print($b); print($a == $b); print(comm == $a); @s = $a; print(@s == "hello"); print(@s == $a); @s = ""; print(@s == ""); print(@s == $a); }',
      prints: ["true", "true", "false", "hel", "false", "false", "true", "true", "true", "false"],
      maps: ["@s: "],
      isForKernels: true,
    },
    {
      script: 'begin { $s = "abc"; print($s + "def"); }',
      says: ["1:27-37 ERROR: The + operator can not be used on expressions of types string[4], string[4]"],
    },
    {
      script: 'begin { $s = "abc"; print($s < "def"); }',
      says: ["1:27-37 ERROR: The < operator can not be used on expressions of types string[4], string[4]"],
    },
    {
      script: 'begin { $s = "abc"; print($s == 5); }',
      says: [
        "1:27-34 ERROR: Type mismatch for '==': comparing string[4] with int8",
        "1:27-29 ERROR: left (string[4])",
        "1:33-34 ERROR: right (int8)",
      ],
    },
  ],
  "7.3 a run-time string is no condition": [
    { script: 'begin { $s = "abc"; if ($s) { print(1); } }', says: ["1:21-42 ERROR: Invalid condition: string"] },
    {
      script: 'begin { $s = "abc"; print(!$s); }',
      says: ["1:27-30 ERROR: The ! operator can not be used on expressions of type 'string[4]'"],
    },
    {
      script: 'begin { if ("abc") { print(1); } if ("") { print(2); } print("abc" ? 1 : 2); print(!"abc"); }',
      says: ["1:84-90 ERROR: The ! operator can not be used on expressions of type 'string[4]'"],
    },
  ],
  "7.3 bytes of a string": [
    // The reference fails to load the loop.
    {
      script:
        'begin { $s = "abc"; print($s[0]); print($s[2]); print($s[3]); $i = 0; print($s[$i]); $i = 2; print($s[$i]); let $j: uint8 = 1; print($s[$j]); for ($k : (uint8)0..(uint8)3) { printf("%c", $s[$k]); } printf("\\n"); }',
      prints: ["97", "99", "0", "97", "99", "98", "abc"],
    },
    {
      script: 'begin { $s = "abc"; print($s[4]); }',
      says: ["1:27-32 ERROR: the index 4 is out of bounds for array of size 4"],
    },
    {
      script: 'begin { $i = 0; $i++; $s = "abc"; print($s[$i]); }',
      says: ["1:41-47 ERROR: The array index operator [] only accepts non-negative integer indices. Got: int64"],
    },
    // The reference reads what lies behind the string.
    {
      script:
        'begin { let $i: uint8 = 4; $s = "abc"; print($s[$i]); $i = 200; print($s[$i]); $n = 1; $n++; print($s[(uint64)$n]); }',
      prints: ["0", "0", "99"],
      says: [
        "1:46-52 WARNING: Array access out of bounds. This can lead to unexpected results.",
        "1:71-77 WARNING: Array access out of bounds. This can lead to unexpected results.",
      ],
    },
  ],
  "7.3 a value that fills its type is shown as cut off": [
    {
      script:
        'config = { max_strlen = 64 } begin { $x = "12345678901234567890"; $y = str($x, 10); print($y); print(($y, 1)); @[$y] = 1; printf("%s|\\n", $y); }',
      prints: ["123456789", "(123456789, 1)", "123456789|"],
      maps: ["@[123456789]: 1"],
    },
    {
      script:
        'config = { max_strlen = 12; str_trunc_trailer = ">>" } begin { $x = "1234567890"; print(str($x, 5)); let $s: string[11] = "1234567890"; $p = (uint8 *)&$s; print(str($p)); print(str($p + 5)); }',
      prints: ["1234", "1234567890", "67890"],
    },
  ],
  "7.3 str with a length copies one byte less": [
    {
      script:
        'begin { $p = "abcdef"; print(str($p)); print(str($p, 3)); print(sizeof(str($p, 3))); print(sizeof(str($p))); $n = 3; print(str($p, $n)); $n = 0; print(str($p, $n)); print(str($p, 0)); print(str($p, 1)); print(str($p, 100)); }',
      prints: ["abcdef", "ab", "4", "1024", "ab"],
      maps: ["", "abcdef", "", ""],
    },
    {
      script: 'begin { $p = "abcdef"; print(str($p, 5000)); }',
      prints: ["abcdef"],
      says: [
        "1:30-43 WARNING: length param (5000) is too long and will be shortened to 1024 bytes (see BPFTRACE_MAX_STRLEN)",
      ],
    },
    {
      script: 'begin { $p = "abcdef"; print(str($p, -1)); }',
      says: ["1:30-41 ERROR: strcannot use negative length (-1)"],
    },
  ],
});
