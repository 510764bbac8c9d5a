import { languageTests } from "./language-rows.js";

languageTests("23 Quirks", {
  "23 typing": [
    {
      script: "begin { let $x: uint8 = 256; }",
      says: [
        "1:9-28 ERROR: Type mismatch for $x: trying to assign value of type 'int16' when variable already has a type 'uint8'",
      ],
    },
    {
      script:
        'begin { $a = (uint8)1; $a = 300; print($a); $n = nsecs; print(sizeof($n - 1)); $i = 0; $i++; $s = "abc"; print(sizeof($i)); }',
      prints: ["300", "8", "8"],
    },
  ],
  "23 values": [
    {
      script:
        'begin { $p = "abcdef"; print(str($p, 4)); $a = -7; print($a / 2); print($a >> 60); $z = 0; @k[2] = 5; $i = 1; @k[$i++] += 1; print($i); }',
      prints: ["abc", "9223372036854775804", "15", "3"],
      maps: ["@k[2]: 1"],
    },
  ],
  "23 aggregations refuse what integers take": [
    {
      script: 'begin { @c = count(); printf("%d", @c); }',
      says: ["1:23-39 ERROR: unsupported format specifier for type 'count_t': d"],
    },
    {
      script: "begin { @c = count(); print(-@c); }",
      says: ["1:29-32 ERROR: The - operator can not be used on expressions of type 'count_t'"],
    },
    { script: "begin { @c = count(); if (@c) { } }", says: ["1:23-34 ERROR: Invalid condition: count_t"] },
  ],
  "23 sizeof of a name is that of a type": [
    { script: "begin { print(sizeof(comm)); }", says: ["1:22-26 ERROR: Unknown identifier: 'comm'"] },
  ],
  "23 a char array of the user has room for a NUL": [
    {
      script:
        "struct quirk { char b[4]; int n; }; begin { let $q: struct quirk; $q = *(struct quirk *)&$q; print(sizeof($q.b)); print(sizeof(struct quirk)); print($q.n); }",
      prints: ["5", "8", "0"],
      says: ["1:73-89 WARNING: Unnecessary cast: expression is already of type struct quirk *"],
    },
  ],
  "23 a missing parameter is 0": [
    {
      script: "begin { print($1); print(str($1)); print($#); }",
      prints: ["0", "", "0"],
      says: ["1:15-17 WARNING: Positional parameter $1 is empty or not provided. "],
    },
  ],
  "23 if without a value": [
    // The reference crashes.
    {
      script: "begin { $x = if (1) { 2 }; }",
      says: ["1:9-26 ERROR: Invalid expression for assignment", "1:23-24 WARNING: Return value discarded."],
    },
  ],
  "23 a narrow unary minus": [
    // The reference says 251.
    { script: "begin { $x = 5; print(-$x); }", prints: ["-5"] },
  ],
  "23 && of strings": [
    // The reference negates the right side.
    { script: 'begin { print("a" && "b"); print("a" && ""); }', prints: ["true", "false"] },
  ],
  "23 a cast of a literal is not folded": [
    { script: "begin { unroll ((uint8)2) { } }", says: ["1:9-30 ERROR: invalid unroll value"] },
  ],
  "23 keys of one kind only": [
    {
      script: 'begin { @a["x"] = 1; @a[1] = 2; }',
      says: [
        "1:22-27 ERROR: Argument mismatch for @a: trying to access with arguments: 'int8' when map expects arguments: 'string[2]'",
      ],
    },
  ],
  "23 aggregations are no expressions": [
    { script: "begin { print(count()); }", says: ["1:15-22 ERROR: count() must be assigned directly to a map"] },
  ],
  "23 C macros do not count in attach points": [
    { script: "#define nothing begin\nnothing { print(1); }", says: ["2:1-8 ERROR: Invalid probe type: nothing"] },
  ],
  "23 reading makes no key": [
    {
      script: "begin { print(@m[1]); @m[2] = 5; print(len(@m)); print(has_key(@m, 1)); }",
      prints: ["0", "1", "false"],
      maps: ["@m[2]: 5"],
    },
  ],
  "23 no int is a bool": [
    {
      script: "begin { $b = true; $b = 1; }",
      says: [
        "1:20-26 ERROR: Type mismatch for $b: trying to assign value of type 'int8' when variable already has a type 'bool'",
      ],
    },
  ],
});
