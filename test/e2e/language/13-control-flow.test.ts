import { languageTests } from "./language-rows.js";

languageTests("13 Control flow", {
  "a predicate is an if around the body": [
    {
      script: 'begin / 1 / { print(1); } begin / 0 / { print(2); } begin / "a" == "a" / { print(3); }',
      prints: ["1", "3"],
    },
    { script: "begin /@x/ { print(1); } begin / @x == 0 / { print(2); }", prints: ["2"] },
    // The reference differs: it crashes.
    { script: "begin / (1, 2) / { }", says: ["1:7-17 ERROR: Invalid condition: tuple"] },
    { script: 'begin / "a" / { print(1); }', prints: ["1"] },
  ],
  "if and else": [
    {
      script:
        "begin { if (1) { print(1); } else if (2) { print(2); } else { print(3); } if (0) { } else if (0) { print(2); } else { print(3); } if 1 { print(4); } }",
      prints: ["1", "3", "4"],
    },
    {
      script:
        'begin { $x = 5; if ($x > 3) { if ($x > 4) { print("both"); } else { print("one"); } } if ($x == 4 || $x == 5 && $x != 6) { print("or"); } }',
      prints: ["both", "or"],
    },
    {
      script:
        'begin { $a = 5; print($a ?: 7); $b = 0; print($b ?: 7); print($a > 3 ? "x" : "longer"); $t = $b ? (1,2) : (300,4); print($t); }',
      prints: ["5", "7", "x", "(300, 4)"],
    },
    { script: 'begin { $s = "abc"; if ($s) { } }', says: ["1:21-32 ERROR: Invalid condition: string"] },
    { script: "begin { $t = (1, 2); if ($t) { } }", says: ["1:22-33 ERROR: Invalid condition: tuple"] },
    { script: 'begin { $x = 1 ? 2 : "a"; }', prints: [] },
  ],
  "ranges exclude their end": [
    {
      script:
        'begin { for ($i : 0..3) { print($i); } for $i : 5..7 { print($i); } for ($i : 3..3) { print("no"); } for ($i : 5..2) { print("no"); } }',
      prints: ["0", "1", "2", "5", "6"],
    },
  ],
  "bounds are evaluated once": [
    {
      script: "begin { $n = 3; for ($i : 0..$n) { $n = 10; print($i); } for ($i : 0..($n - 8)) { print($i); } }",
      prints: ["0", "1", "2", "0", "1"],
    },
    {
      script: "begin { for ($i : @n++..(@n + 2)) { print($i); } print(@n); }",
      says: ["1:21-22 ERROR: syntax: expected ')'"],
    },
    { script: "begin { for ($i : 0..4) { print($i); $i = 10; } }", prints: ["0", "1", "2", "3"] },
  ],
  "bounds are primaries": [
    {
      script:
        "begin { @m = 2; @k[1] = 3; for ($i : @m..@k[1]) { print($i); } for ($i : (-2)..2) { print($i); } clear(@m); clear(@k); }",
      prints: ["2", "-2", "-1", "0", "1"],
    },
    { script: "begin { $t = (1, 2); for ($i : 0..($t.1)) { print($i); } }", prints: ["0", "1"] },
    // The reference differs: it goes on with what follows from the first error.
    { script: "begin { for ($i : -2..2) { } }", says: ["1:19-20 ERROR: syntax: expected expression"] },
    { script: "begin { $t = (1, 2); for ($i : 0..$t.1) { } }", says: ["1:37-38 ERROR: syntax: expected ')'"] },
    {
      script: 'begin { for ($i : "a"..5) { } }',
      says: ["1:9-25 ERROR: Loop range requires an integer for the start value"],
    },
    {
      script: 'begin { for ($i : 0.."b") { } }',
      says: ["1:9-25 ERROR: Loop range requires an integer for the end value"],
    },
    {
      script: "begin { $a = (uint64)3; $b = (int64)6; for ($i : $a..$b) { print($i); } }",
      prints: ["3", "4", "5"],
      says: [
        "1:50-52 WARNING: Expression of type: uint64 being cast to type: int64. This may cause unexpected results. Use an explicit cast to suppress this warning.",
      ],
    },
    // The reference differs: it casts the start to int8, with a warning.
    { script: "begin { for ($i : (uint8)3..5) { print(($i, sizeof($i))); } }", prints: ["(3, 1)", "(4, 1)"] },
    {
      script:
        "begin { for ($i : 0..1000000) { @last = $i; @sum = sum($i); } print(@last); print((uint64)@sum); clear(@last); clear(@sum); }",
      prints: ["@last: 999999", "499999500000"],
    },
    {
      script: "begin { for ($i : 0..300) { for ($j : 0..300) { @ = count(); } } print((int64)@); clear(@); }",
      prints: ["90000"],
    },
  ],
  "loops over maps see pairs of key and value": [
    {
      script:
        'begin { @m["a"] = 1; for ($kv : @m) { print($kv); print($kv.0); print($kv.1); } @n[1, "x"] = (2, 3); for ($kv : @n) { print($kv.0.1); print($kv.1.0); } clear(@m); clear(@n); }',
      prints: ["(a, 1)", "a", "1", "x", "2"],
    },
    {
      script:
        'begin { @m[1] = "ab"; @m[2] = "cd"; @m[3] = "ef"; $n = 0; for ($kv : @m) { $n += $kv.0; @copy[$kv.0] = $kv.1; } print($n); print(@copy[2]); clear(@m); clear(@copy); }',
      prints: ["6", "cd"],
    },
    {
      script: "begin { @m[1] = 1; @m[2] = 2; for ($kv : @m) { _ = delete(@m, $kv.0); } print(len(@m)); }",
      prints: ["0"],
    },
    {
      script:
        "begin { @m[1] = 1; @n[2] = 5; for ($kv : @m) { for ($kw : @n) { print(($kv.0, $kw.1)); } } clear(@m); clear(@n); }",
      prints: ["(1, 5)"],
    },
    {
      script:
        "begin { @m[1] = 1; for ($kv : @m) { for ($i : 0..3) { @s = sum($i + $kv.1); } } print((int64)@s); clear(@m); clear(@s); }",
      prints: ["6"],
    },
    {
      script: "begin { @m = 1; for ($kv : @m) { } }",
      says: ["1:28-30 ERROR: @m has no explicit keys (scalar map), and cannot be used for iteration"],
    },
    {
      script: "begin { @m[1] = 1; for ($kv : @m[1]) { } }",
      says: ["1:38-39 ERROR: syntax: expected map or range in for loop"],
    },
    { script: "begin { for ($kv : 5) { } }", says: ["1:23-24 ERROR: syntax: expected map or range in for loop"] },
    { script: "begin { for (@kv : @m) { } }", says: ["1:14-17 ERROR: syntax: expected variable in for loop"] },
  ],
  "variables outside of a loop are the same inside": [
    {
      script:
        'begin { @m[1] = 1; @m[2] = 2; $s = 0; $t = (0, "abc"); for ($kv : @m) { $s += $kv.1; $t = (7, "xy"); $new = 1; } print($s); print($t); clear(@m); }',
      prints: ["3", "(7, xy)"],
    },
    {
      script:
        'begin { $a = 0; $b = 1; for ($i : 0..10) { $t = $a + $b; $a = $b; $b = $t; } print($a); $s = "x"; for ($i : 0..2) { $s = "yyy"; } print($s); }',
      prints: ["55", "yyy"],
    },
    {
      script: "begin { @m[1] = 1; for ($kv : @m) { $new = 1; } print($new); }",
      says: ["1:55-59 ERROR: Undefined or undeclared variable: $new"],
    },
    {
      script: "begin { @m[1] = 1; for ($kv : @m) { } print($kv); }",
      says: ["1:45-48 ERROR: Undefined or undeclared variable: $kv"],
    },
  ],
  while: [
    {
      script: "begin { $i = 0; while ($i < 3) { $i++; print($i); } }",
      prints: ["1", "2", "3"],
      says: [
        "1:17-52 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
    },
    {
      script:
        "begin { $i = 0; while ($i < 10) { $i++; if ($i == 2) { continue; } if ($i == 5) { break; } print($i); } }",
      prints: ["1", "3", "4"],
      says: [
        "1:17-104 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
    },
    {
      script: "begin { while 0 { } }",
      prints: [],
      says: [
        "1:9-20 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
    },
  ],
  unroll: [
    { script: "begin { unroll (3) { print(1); } }", prints: ["1", "1", "1"] },
    { script: "begin { $i = 0; unroll (100) { $i++; } print($i); }", prints: ["100"] },
    {
      script: "begin { unroll ($1) { print(1); } unroll (1 + 1) { print(2); } }",
      args: ["2"],
      prints: ["1", "1", "2", "2"],
    },
    // Long ones are compiled as loops.
    {
      script:
        "begin { $i = 0; $s = 0; unroll (40) { @n[$i] = $i * 2; $s += @n[$i]; $i++; if ($s > 1000) { @over[$i & 3] = count(); } } print(($i, $s)); print(@n[39]); print(@over[1]); clear(@n); clear(@over); }",
      prints: ["(40, 1560)", "78", "2"],
      isForKernels: true,
    },
    {
      script:
        "begin { $i = 0; unroll (50) { @[pid] = hist($i); @c[comm] = count(); $i++; if ($i == 30) { print(($i, @c[comm])); clear(@); clear(@c); return; } } }",
      prints: ["(30, 30)"],
      isForKernels: true,
    },
    {
      script:
        "begin { $i = 0; unroll (60) { @[$i & 7] = count(); @b[comm] = sum($i); $i++; if ($i == 33) { print(@b[comm]); clear(@); clear(@b); exit(3); } } }",
      prints: ["528"],
      status: 3,
    },
    {
      script:
        "begin { $n = 0; unroll (12) { $m = 0; unroll (11) { @[$n & 3, $m & 1] = count(); @t[$m] = sum($n); $m++; } $n++; } print(@[2, 1]); print(@t[10]); clear(@); clear(@t); }",
      prints: ["15", "66"],
      isForKernels: true,
    },
    {
      script:
        "begin { $n = 0; unroll (90) { $m = 0; unroll (90) { @[$n & 3, $m & 1] = count(); @t[$m] = sum($n); $m++; } $n++; } print(@[2, 1]); print(@t[10]); clear(@); clear(@t); }",
      prints: ["990", "4005"],
      isForKernels: true,
    },
    {
      script:
        "begin { for ($i : 0..3) { unroll (50) { @[$i] = count(); @t[comm] = count(); if ($i == 1) { break; } print($i); } } print(@t[comm]); clear(@); clear(@t); }",
      prints: [...Array<string>(50).fill("0"), "51"],
    },
    {
      script:
        "begin { unroll (40) { let $x = 1; @was[$x] = count(); @n[comm] = count(); $x = 5; } print(@was[1]); clear(@was); clear(@n); }",
      prints: ["40"],
    },
    { script: "begin { unroll (0) { print(1); } }", says: ["1:9-33 ERROR: unroll minimum value is 1"] },
    { script: "begin { unroll (101) { print(1); } }", says: ["1:9-35 ERROR: unroll maximum value is 100"] },
    { script: "begin { $x = 3; unroll ($x) { print(1); } }", says: ["1:17-42 ERROR: invalid unroll value"] },
    { script: 'begin { unroll ("a") { print(1); } }', says: ["1:9-35 ERROR: invalid unroll value"] },
    { script: "begin { unroll (-1) { print(1); } }", says: ["1:9-34 ERROR: invalid unroll value"] },
  ],
  "break and continue leave the innermost loop": [
    {
      script: "begin { for ($i : 0..10) { if ($i == 2) { continue; } if ($i == 5) { break; } print($i); } }",
      prints: ["0", "1", "3", "4"],
    },
    {
      script:
        "begin { for ($i : 0..3) { for ($j : 0..3) { if ($j == 2) { break; } if ($i == 1) { continue; } print(($i, $j)); } } }",
      prints: ["(0, 0)", "(0, 1)", "(2, 0)", "(2, 1)"],
    },
    { script: "begin { for ($i : 0..3) { unroll (2) { if ($i == 1) { break; } print($i); } } }", prints: ["0", "0"] },
    // The reference differs: it runs for ever.
    {
      script:
        "begin { @m[1] = 1; @m[2] = 2; @m[3] = 3; $n = 0; for ($kv : @m) { $n++; if ($n == 2) { break; } } print($n); $k = 0; for ($kv : @m) { if ($kv.0 == 2) { continue; } $k += $kv.0; } print($k); clear(@m); }",
      prints: ["2", "4"],
    },
    { script: "begin { break; }", says: ["1:9-15 ERROR: 'break' statement is not allowed in a probe"] },
    { script: "begin { continue; }", says: ["1:9-18 ERROR: 'continue' statement is not allowed in a probe"] },
    { script: "begin { if (1) { break; } }", says: ["1:18-24 ERROR: 'break' statement is not allowed in a probe"] },
    { script: "begin { unroll (3) { break; } }", says: ["1:22-28 ERROR: 'break' statement is not allowed in a probe"] },
    {
      script: "begin { unroll (3) { continue; } }",
      says: ["1:22-31 ERROR: 'continue' statement is not allowed in a probe"],
    },
  ],
  "exit() ends the run, and the probe at once": [
    {
      script: "begin { print(1); exit(); print(2); }",
      prints: ["1"],
      says: ["1:27-36 WARNING: Unreachable statement."],
    },
    { script: "begin { print(1); exit(3); }", prints: ["1"], status: 3 },
    { script: "begin { exit(256 + 7); }", prints: [], status: 7 },
    { script: "begin { exit(-1); }", prints: [], status: 255 },
    { script: "begin { $c = 300; exit($c); }", prints: [], status: 44 },
    { script: "begin { if (1) { exit(5); } print(2); }", prints: [], status: 5 },
    { script: 'begin { exit(1); } end { print("end"); exit(2); }', prints: ["end"], status: 2 },
    {
      script: 'begin { print("a"); exit(4); } begin { print("b"); } interval:ms:1 { print("no"); }',
      prints: ["a"],
      status: 4,
    },
    {
      script: 'begin { $i = 0; while ($i < 5) { $i++; if ($i == 3) { exit(4); } print($i); } print("no"); }',
      prints: ["1", "2"],
      says: [
        "1:17-78 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
      status: 4,
    },
    { script: "macro quit() { exit(3); } begin { quit(); print(1); }", prints: [], status: 3 },
    {
      script: "macro quit() { exit(3); } begin { for ($i : 0..3) { print($i); quit(); } print(99); }",
      prints: ["0"],
      status: 3,
    },
    // The reference differs: it accepts this only when a macro hides it.
    {
      script: 'begin { for ($i : 0..3) { if ($i == 1) { exit(2); } print($i); } print("no"); }',
      prints: ["0"],
      status: 2,
    },
    // The reference differs: it accepts this only when a macro hides it.
    {
      script: 'begin { @m[1] = 1; for ($kv : @m) { for ($i : 0..3) { exit(6); } } print("no"); }',
      maps: ["@m[1]: 1"],
      status: 6,
    },
    // The reference differs: it makes an invalid program.
    { script: "begin { unroll (3) { exit(9); } }", prints: [], status: 9 },
    { script: 'begin { exit("a"); }', says: ["1:9-18 ERROR: exit() only supports int arguments (string provided)"] },
    { script: "begin { exit(1, 2); }", says: ["1:9-19 ERROR: exit() takes up to one argument (2 provided)"] },
  ],
  "return ends the probe": [
    {
      script: "begin { print(1); return; print(2); }",
      prints: ["1"],
      says: ["1:27-36 WARNING: Unreachable statement."],
    },
    { script: "begin { return 1; }", prints: [] },
    { script: 'begin { for ($i : 0..3) { if ($i == 1) { return; } print($i); } print("no"); }', prints: ["0"] },
    {
      script: 'begin { for ($i : 0..3) { for ($j : 0..3) { if ($j == 1) { return 4; } print($j); } } print("no"); }',
      prints: ["0"],
    },
    {
      script: 'begin { @m[1] = 1; for ($kv : @m) { if (1) { return; } } print("no"); } end { clear(@m); }',
      prints: [],
    },
    {
      script: 'begin { return "a"; }',
      says: ["1:9-20 ERROR: Probe return values can only be integers. Found string[2]"],
    },
    {
      script: "begin { return (1, 2); }",
      says: ["1:9-23 ERROR: Probe return values can only be integers. Found (int8,int8)"],
    },
    {
      script: "begin { for ($i : 0..3) { if ($i == 1) { return 1; } if ($i == 2) { return; } } }",
      says: ["1:69-76 ERROR: Return value used in loop is inconsistent"],
    },
    {
      script: "macro m() { return; } begin { m(); }",
      says: ["1:13-20 ERROR: 'return' statement is not allowed in a macro"],
    },
  ],
  "what cannot be reached is worth a warning": [
    {
      script: "begin { if (1) { return; } else { return; } print(1); }",
      prints: [],
      says: ["1:45-54 WARNING: Unreachable statement."],
    },
    {
      script: "begin { if (1) { exit(); print(2); } print(1); }",
      prints: [],
      says: ["1:26-35 WARNING: Unreachable statement."],
    },
    {
      script: "begin { while (1) { break; print(2); } }",
      prints: [],
      says: [
        "1:9-39 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
        "1:28-37 WARNING: Unreachable statement.",
      ],
    },
    {
      script: "begin { for ($i : 0..3) { continue; print(2); } }",
      prints: [],
      says: ["1:37-46 WARNING: Unreachable statement."],
    },
    {
      script: "begin { $x = { exit(); 5 }; }",
      says: [
        "1:9-27 ERROR: Invalid expression for assignment",
        "1:24-25 WARNING: Unreachable expression; block type is implicitly none.",
        "1:24-25 WARNING: Return value discarded.",
      ],
    },
  ],
  "begin and end alone end by themselves": [
    { script: 'BEGIN { print("a"); } END { print("b"); }', prints: ["a", "b"] },
    { script: 'end { print("end"); }', prints: ["end"] },
    { script: "begin { } end { }", prints: [] },
  ],
});
