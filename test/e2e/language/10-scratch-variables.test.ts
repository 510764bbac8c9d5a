import { languageTests } from "./language-rows.js";

languageTests("10 Scratch variables", {
  "an assignment makes a variable in the innermost block": [
    { script: "begin { $x = 1; if (1) { $x = 2; $y = 3; } print($x); }", prints: ["2"] },
    {
      script: "begin { if (1) { $y = 3; } print($y); }",
      says: ["1:34-36 ERROR: Undefined or undeclared variable: $y"],
    },
    {
      script: "begin { $a = 1; { { $b = $a + 1; print($b); } } print($b); }",
      says: ["1:55-57 ERROR: Undefined or undeclared variable: $b"],
    },
    {
      script: "begin { for ($i : 0..2) { $z = $i; } print($z); }",
      says: ["1:44-46 ERROR: Undefined or undeclared variable: $z"],
    },
    {
      script: "begin { while (0) { $w = 1; } print($w); }",
      says: [
        "1:37-39 ERROR: Undefined or undeclared variable: $w",
        "1:9-30 WARNING: While loops are deprecated and may be removed in the future.",
        "HINT: For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.",
      ],
    },
  ],
  "let always makes one": [
    { script: "begin { let $x; $x = 5; print($x); }", prints: ["5"] },
    // The reference differs: it shows the string of no bytes as cut off.
    {
      script: "begin { let $a: int32; let $b: string; let $c: bool; print(($a, $b, $c)); }",
      prints: ["(0, , false)"],
      says: [
        "1:61-63 WARNING: Variable used before it was assigned: $a",
        "1:65-67 WARNING: Variable used before it was assigned: $b",
        "1:69-71 WARNING: Variable used before it was assigned: $c",
        "1:9-15 WARNING: Variable $a was never assigned to.",
        "1:24-30 WARNING: Variable $b was never assigned to.",
        "1:40-46 WARNING: Variable $c was never assigned to.",
      ],
    },
    {
      script: "begin { for ($i : 0..2) { let $n: uint8; $n++; print($n); } }",
      prints: ["1", "1"],
      says: [
        "1:42-44 WARNING: Variable used before it was assigned: $n",
        "1:54-56 WARNING: Variable used before it was assigned: $n",
        "1:27-33 WARNING: Variable $n was never assigned to.",
      ],
    },
    { script: 'begin { { $x = 1; } let $x = "s"; print($x); }', prints: ["s"] },
    {
      script: 'begin { if (1) { $x = 1; } else { $x = "a"; } if (1) { let $x = (1, 2); print($x); } }',
      prints: ["(1, 2)"],
    },
    { script: "begin { let $x = { let $x = 1; $x }; print($x); }", prints: ["1"] },
  ],
  "a visible variable cannot be made again": [
    {
      script: "begin { let $x = 1; let $x = 2; }",
      says: [
        "1:21-27 ERROR: Variable $x was already declared. Variable shadowing is not allowed.",
        "1:9-15 ERROR: This is the initial declaration.",
      ],
    },
    {
      script: "begin { $x = 1; let $x = 2; }",
      says: [
        "1:17-23 ERROR: Variable $x was already declared. Variable shadowing is not allowed.",
        "1:9-15 ERROR: This is the initial assignment.",
      ],
    },
    {
      script: "begin { $x = 1; if (1) { let $x = 2; } }",
      says: [
        "1:26-32 ERROR: Variable $x was already declared. Variable shadowing is not allowed.",
        "1:9-15 ERROR: This is the initial assignment.",
      ],
    },
    {
      script: "begin { for ($i : 0..3) { let $i = 1; } }",
      says: [
        "1:27-33 ERROR: Variable $i was already declared. Variable shadowing is not allowed.",
        "1:14-16 ERROR: This is the loop variable.",
      ],
    },
    {
      script: "begin { $i = 1; for ($i : 0..3) { } }",
      says: [
        "1:22-24 ERROR: Loop declaration shadows existing variable: $i",
        "1:9-15 ERROR: This is the initial assignment.",
      ],
    },
    {
      script: "begin { let $i = 1; for ($i : 0..3) { } }",
      says: [
        "1:26-28 ERROR: Loop declaration shadows existing variable: $i",
        "1:9-15 ERROR: This is the initial declaration.",
      ],
    },
    {
      script: "begin { for ($i : 0..3) { for ($i : 0..3) { } } }",
      says: [
        "1:32-34 ERROR: Loop declaration shadows existing variable: $i",
        "1:14-16 ERROR: This is the loop variable.",
      ],
    },
    {
      script: "begin { @m[1] = 1; $kv = 1; for ($kv : @m) { } }",
      says: [
        "1:34-37 ERROR: Loop declaration shadows existing variable: $kv",
        "1:20-27 ERROR: This is the initial assignment.",
      ],
    },
  ],
  "text order decides what is known": [
    { script: "begin { print($x); }", says: ["1:15-17 ERROR: Undefined or undeclared variable: $x"] },
    { script: "begin { $x++; }", says: ["1:9-11 ERROR: Undefined or undeclared variable: $x"] },
    { script: "begin { $x += 1; }", says: ["1:9-11 ERROR: Undefined or undeclared variable: $x"] },
    { script: "begin { print(&$x); }", says: ["1:16-18 ERROR: Undefined or undeclared variable: $x"] },
    { script: "begin { print($x); $x = 1; }", says: ["1:15-17 ERROR: Undefined or undeclared variable: $x"] },
    {
      script: "begin { print(1); exit(); let $x = 1; }",
      prints: ["1"],
      says: ["1:27-37 WARNING: Unreachable statement."],
    },
  ],
  "variables that are not used as they should be are worth a warning": [
    {
      script: "begin { let $x; print($x); $x = 1; }",
      prints: ["0"],
      says: ["1:23-25 WARNING: Variable used before it was assigned: $x"],
    },
    {
      script: "begin { let $x: int32; print($x); }",
      prints: ["0"],
      says: [
        "1:30-32 WARNING: Variable used before it was assigned: $x",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    { script: "begin { let $x; }", prints: [], says: ["1:9-15 WARNING: Variable $x was never assigned to."] },
    {
      script: "begin { if (1) { let $a; let $b = 2; } }",
      prints: [],
      says: ["1:18-24 WARNING: Variable $a was never assigned to."],
    },
    { script: "begin { let $x; print(sizeof($x)); $x = (int16)1; }", prints: ["2"] },
  ],
  "each copy of an unrolled body is a block of its own": [
    { script: "begin { unroll (3) { $i = 1; $i++; print($i); } }", prints: ["2", "2", "2"] },
    { script: "begin { unroll (2) { let $i = 1; print($i); } }", prints: ["1", "1"] },
  ],
  "an annotation fixes size and sign": [
    {
      script: "begin { let $x: int8 = 5; $x = 300; }",
      says: [
        "1:27-35 ERROR: Type mismatch for $x: trying to assign value of type 'int16' when variable already has a type 'int8'",
      ],
    },
    {
      script: "begin { let $x: uint8 = 5; $x = -1; }",
      says: [
        "1:28-35 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'uint8'",
      ],
    },
    {
      script: "begin { let $x : uint64; $x = -1; }",
      says: [
        "1:26-33 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'uint64'",
      ],
    },
    { script: 'begin { let $x: string = "abc"; $x = "abcdef"; print($x); }', prints: ["abcdef"] },
    {
      script: 'begin { let $x: string[4] = "abcdef"; }',
      says: [
        "1:9-37 ERROR: Type mismatch for $x: trying to assign value of type 'string[7]' when variable already has a type 'string[4]'",
      ],
    },
    {
      script: "begin { let $x: int32[4]; print($x); }",
      prints: ["[0,0,0,0]"],
      says: [
        "1:33-35 WARNING: Variable used before it was assigned: $x",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    {
      script: "begin { let $x: int32 *; print($x); }",
      prints: ["0x0"],
      says: [
        "1:32-34 WARNING: Variable used before it was assigned: $x",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
  ],
  "there are no variables of these types": [
    {
      script: "begin { let $x: count_t; }",
      says: [
        "1:17-24 ERROR: Invalid variable declaration type: count_t",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    {
      script: "begin { let $x: void; }",
      says: [
        "1:17-21 ERROR: Invalid variable declaration type: void",
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    {
      script: "begin { let $x: foo_t; }",
      says: [
        '1:17-22 ERROR: Cannot resolve unknown type "foo_t"',
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    {
      script: "begin { let $x: struct foo; }",
      says: [
        '1:17-27 ERROR: Cannot resolve unknown type "struct foo"',
        "1:9-15 WARNING: Variable $x was never assigned to.",
      ],
    },
    { script: "begin { $h = hist(1); }", says: ["1:14-21 ERROR: hist() must be assigned directly to a map"] },
    {
      script: "begin { @h = hist(1); $h = @h; }",
      says: ["1:23-30 ERROR: Value 'hist_t' cannot be assigned to a scratch variable."],
    },
    {
      script: "begin { @h = stats(1); $h = @h; print($h); }",
      says: ["1:24-31 ERROR: Value 'stats_t' cannot be assigned to a scratch variable."],
    },
  ],
  "an aggregation is read as an integer": [
    { script: "begin { @h = count(); $h = @h; print($h); }", prints: ["1"], maps: ["@h: 1"] },
    { script: "begin { @s = sum(-5); $s = @s; $s -= 1; print($s); }", prints: ["-6"], maps: ["@s: -5"] },
  ],
  "a type that has been asked for is locked": [
    { script: "begin { $x = 1; $s = sizeof($x); $x = 1000; }", prints: [] },
    { script: "begin { $x = (int16)1; print(sizeof($x)); $x = 1000; print($x); }", prints: ["2", "1000"] },
  ],
  "values are copied": [
    { script: 'begin { $x = "abc"; $y = $x; $x = "xyz"; print(($x, $y)); }', prints: ["(xyz, abc)"] },
    { script: 'begin { $x = (1, "a"); $y = $x; $x = (2, "b"); print(($x, $y)); }', prints: ["((2, b), (1, a))"] },
    {
      script: "begin { $x = (int8[4])(uint32)513; $y = $x; $x = (int8[4])(uint32)1; print(($x, $y)); }",
      prints: ["([1,0,0,0], [1,2,0,0])"],
    },
    { script: "begin { $x = 5; $p = &$x; print(*$p); $x = 6; print(*$p); }", prints: ["5", "6"] },
  ],
  "types grow over all assignments": [
    { script: "begin { $x = 1; $x = 300; $x = 70000; $x = -5000000000; print($x); }", prints: ["-5000000000"] },
    { script: "begin { $x = (1, 2); $x = (300, 4); print($x); }", prints: ["(300, 4)"] },
    { script: 'begin { $x = (1, "abc"); $x = (3, "defghi"); print($x); }', prints: ["(3, defghi)"] },
    {
      script: 'begin { $x = "a"; $x = "abcdefghijklmnop"; print($x); $x = "b"; print($x); }',
      prints: ["abcdefghijklmnop", "b"],
    },
    {
      script: 'begin { $x = "a"; $x = 1; }',
      says: [
        "1:19-25 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'string[2]'",
      ],
    },
    {
      script: 'begin { $x = 1; $x = "a"; }',
      says: [
        "1:17-25 ERROR: Type mismatch for $x: trying to assign value of type 'string[2]' when variable already has a type 'int8'",
      ],
    },
    {
      script: "begin { $x = true; $x = 1; print($x); }",
      says: [
        "1:20-26 ERROR: Type mismatch for $x: trying to assign value of type 'int8' when variable already has a type 'bool'",
      ],
    },
  ],
  "a variable belongs to one execution of one probe": [
    {
      script: "begin { $x = 1; $x = $x; } end { print($x); }",
      says: ["1:40-42 ERROR: Undefined or undeclared variable: $x"],
    },
    { script: "begin { $n = 0; $n++; @max = max($n); } end { $n = 0; $n++; @max = max($n); }", maps: ["@max: 1"] },
  ],
});
