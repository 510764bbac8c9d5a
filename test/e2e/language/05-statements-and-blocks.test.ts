import { languageTests } from "./language-rows.js";

languageTests("5 Statements and blocks", {
  "5 1 an empty statement is an error, a ; after an if is not": [
    { script: "begin { $x = 1;; }", says: ["1:16-17 ERROR: syntax: expected expression"] },
    { script: "begin { { ; } }", says: ["1:11-12 ERROR: syntax: expected expression"] },
    { script: "begin { for ($i : 0..2) { print($i); }; }", says: ["1:39-40 ERROR: syntax: expected expression"] },
    { script: "begin { unroll (2) { print(1); }; }", says: ["1:33-34 ERROR: syntax: expected expression"] },
    { script: "begin { if (1) { print(1); }; { print(2); }; print(3); }", prints: ["1", "2", "3"] },
  ],
  "5 2 if and blocks are continued as expressions": [
    {
      script:
        "begin { if (1) { print(1); } (print(2)); if (1) { print(3); } $y = 4; print($y); if (0) { } @z = 3; if (1) { } print(5); }",
      prints: ["1", "2", "3", "4", "5"],
      maps: ["@z: 3"],
    },
    {
      script: "begin { if (1) { print(1); } -1; }",
      says: [
        "1:9-32 ERROR: Type mismatch for '-': comparing none with int8",
        "1:9-29 ERROR: left (none)",
        "1:31-32 ERROR: right (int8)",
      ],
    },
  ],
  "5 3 a statement that starts with $ or @ is no ternary": [
    { script: "begin { $x = 1; $x == 1 ? print(1) : print(2); }", says: ["1:25-26 ERROR: syntax: expected ';'"] },
    {
      script: "begin { $x = 1; ($x == 1) ? print(1) : print(2); pid == 0 ? print(3) : print(4); }",
      prints: ["1", "4"],
    },
    { script: "begin { $x = { 1 ? 2 : 3 }; print($x); }", prints: ["2"] },
  ],
  "5 4 assignment is a statement with a target": [
    { script: "begin { $p = 5; *$p = 1; }", says: ["1:21-22 ERROR: syntax: expected ';'"] },
    { script: "begin { $1 = 2; }", says: ["1:12-13 ERROR: syntax: expected ';'"] },
    { script: "begin { pid = 3; }", says: ["1:13-14 ERROR: syntax: expected ';'"] },
    { script: "begin { print($x = 1); }", says: ["1:18-19 ERROR: syntax: expected ')'"] },
    {
      script: "begin { $t = (1, 2); $t.0 = 1; }",
      says: [
        "1:22-30 ERROR: syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.",
      ],
    },
    {
      script: "begin { $r = (f = 1, g = 2); $r.f = 1; }",
      says: [
        "1:30-38 ERROR: syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.",
      ],
    },
    {
      script: "begin { @m[1] = (1, 2); @m[1].0 = 5; }",
      says: [
        "1:25-36 ERROR: syntax: Tuples and records are immutable once created. Consider creating a new value and assigning it instead.",
      ],
    },
    { script: "begin { $t = (1, 2); $t.0 += 1; }", says: ["1:27-28 ERROR: syntax: expected ';'"] },
    { script: 'begin { $a = "abc"; $a[0] = 1; }', says: ["1:21-30 ERROR: syntax: invalid assignment target"] },
  ],
  "5 5 compound assignment": [
    {
      script:
        "begin { $x = 5; $x += 3; print($x); $x -= 10; print($x); $x *= -3; print($x); $x <<= 3; print($x); $x >>= 1; print($x); $x |= 1; print($x); $x &= 6; print($x); $x ^= 7; print($x); }",
      prints: ["8", "-2", "6", "48", "24", "25", "0", "7"],
      isForKernels: true,
    },
    {
      script: "begin { $x = 17; $x %= 5; print($x); $y = (uint64)17; $y /= (uint64)5; print($y); }",
      prints: ["2", "3"],
      says: [
        "1:21-25 WARNING: signed operands for '%' can lead to undefined behavior (cast to unsigned to silence warning)",
      ],
    },
    {
      script:
        "begin { @x = 5; @x += 3; print(@x); @x -= 10; print(@x); @x *= -3; @x <<= 3; @x |= 1; @y[1] += 5; @y[2] *= 3; @y[1] <<= 2; @y[3] -= 1; }",
      prints: ["@x: 49", "@x: 49"],
      maps: ["@x: 49", "@y[3]: -1", "@y[2]: 0", "@y[1]: 20"],
      isForKernels: true,
    },
    {
      script: "begin { $i = 0; @x[$i++] += 1; @y[$i++]++; print($i); }",
      prints: ["3"],
      maps: ["@x[1]: 1", "@y[2]: 1"],
    },
    { script: "begin { $x += 1; }", says: ["1:9-11 ERROR: Undefined or undeclared variable: $x"] },
  ],
  "5 6 _ discards": [
    { script: "begin { _ = pid; _ = (1, 2); print(1); }", prints: ["1"] },
    { script: "begin { _; }", says: ["1:9-10 ERROR: Unknown identifier: '_'"] },
  ],
  "5 7 a value that nobody takes": [
    { script: "begin { pid; print(1); }", prints: ["1"], says: ["1:9-13 WARNING: Return value discarded."] },
    { script: "begin { (1, 2); print(1); }", prints: ["1"], says: ["1:9-16 WARNING: Return value discarded."] },
    { script: "begin { $x = 5; $x; print($x); }", prints: ["5"], says: ["1:17-19 WARNING: Return value discarded."] },
    {
      script: "begin { @m[1] = 1; delete(@m, 1); print(1); }",
      prints: ["1"],
      says: ["1:20-34 WARNING: Return value discarded."],
    },
    { script: "begin { comptime 5; print(1); }", prints: ["1"], says: ["1:9-20 WARNING: Return value discarded."] },
    {
      script: "begin { pid ? tid : pid; print(1); }",
      prints: ["1"],
      says: ["1:9-25 WARNING: Return value discarded."],
    },
    { script: "begin { $x = 1; $x++; --$x; @m++; print($x); }", prints: ["1"], maps: ["@m: 1"] },
  ],
  "5 8 the value of a block": [
    {
      script:
        'begin { $x = { let $y = 2; $y * 3 }; print($x); print({ { "deep" } }); printf("%d %s\\n", { 5 }, { let $s = "abc"; $s }); }',
      prints: ["6", "deep", "5 abc"],
    },
    { script: "begin { $x = { }; }", says: ["1:9-17 ERROR: Invalid expression for assignment"] },
    { script: "begin { $x = { print(1); }; }", says: ["1:9-27 ERROR: Invalid expression for assignment"] },
    { script: "begin { 5 }", prints: [], says: ["1:9-10 WARNING: Return value discarded."] },
  ],
  "5 9 conditions without parentheses are unary, braces are mandatory": [
    {
      script: "begin { if pid { print(1); } if !pid { print(2); } if -1 { print(3); } if ~0 { print(4); } }",
      prints: ["1", "3", "4"],
    },
    { script: "begin { $a = 1; if $a == 1 { print(1); } }", says: ["1:23-24 ERROR: syntax: expected '{'"] },
    { script: "begin { $a = 1; if ($a) && ($a) { print(1); } }", says: ["1:25-26 ERROR: syntax: expected '{'"] },
    { script: "begin { if (1) print(1); }", says: ["1:16-21 ERROR: syntax: expected '{'"] },
    {
      script: "begin { if (1) { print(1); } else print(2); }",
      says: ["1:35-40 ERROR: syntax: expected '{' or 'if' after 'else'"],
    },
    {
      script: "begin { if (0) { print(1); } else if (0) { print(2); } else if (1) { print(3); } else { print(4); } }",
      prints: ["3"],
    },
  ],
  "5 10 if as a value": [
    {
      script:
        'begin { $x = if (1) { 2 } else { 3 }; print($x); $n = 0; $y = if $n { "two" } else if (pid) { "five!" } else { "" }; print($y); }',
      prints: ["2", "five!"],
    },
    // The reference crashes.
    {
      script: "begin { $x = if (1) { 2 }; }",
      says: ["1:9-26 ERROR: Invalid expression for assignment", "1:23-24 WARNING: Return value discarded."],
    },
    // The reference crashes.
    {
      script: "begin { $x = if (1) { print(2); } else { 3 }; }",
      says: ["1:9-45 ERROR: Invalid expression for assignment", "1:42-43 WARNING: Return value discarded."],
    },
  ],
  "5 11 let has one variable": [
    { script: "begin { let $v, $w; }", says: ["1:15-16 ERROR: syntax: expected ';'"] },
    { script: "begin { let @m = 5; }", says: ["1:13-15 ERROR: syntax: expected variable after 'let'"] },
  ],
});
