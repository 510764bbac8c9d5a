import { languageTests } from "./language-rows.js";

languageTests("2 Program grammar", {
  "2.1 C definitions, then settings and imports, then the rest": [
    {
      script: "begin { print(1); } struct foo { int x; }",
      says: ["1:21-42 ERROR: syntax: C definitions must appear before probes and functions"],
    },
    {
      script: "begin { print(1); } config = { max_map_keys = 5 }",
      says: ["1:21-27 ERROR: syntax: config must appear before probes and functions"],
    },
    {
      script: 'begin { print(1); } import "x";',
      says: ["1:21-27 ERROR: syntax: root imports must appear before probes and functions"],
    },
    {
      script: "config = { max_map_keys = 5 } config = { max_map_keys = 6 } begin { }",
      says: ["1:31-37 ERROR: syntax: duplicate config block"],
    },
    {
      script: "let $a = 5; begin { }",
      says: ["1:1-4 ERROR: syntax: root-level let statements need to be map declarations, e.g. let @a = hash(2);"],
    },
    {
      script:
        "struct in_order { int x; } config = { max_map_keys = 5 } let @a = hash(2); macro m() { 1 } begin { @a[m()] = 2; }",
      maps: ["@a[1]: 2"],
    },
  ],
  "2.2 lists of attach points, and their trailing comma": [
    { script: "begin, end { print(probe); }", prints: ["begin", "end"] },
    { script: "begin, end, { print(1); }", prints: ["1", "1"] },
  ],
  "2.2 the last ; before a brace may be missing": [
    {
      script: "config = { max_map_keys = 5; max_strlen = 64 } begin { if (1) { print(1) } print(2) }",
      prints: ["1", "2"],
    },
  ],
  "2.2 settings are separated by ;": [
    {
      script: "config = { max_map_keys = 5, max_strlen = 64 } begin { }",
      says: ["1:28-29 ERROR: syntax: expected ';'"],
    },
  ],
  "2.2 calls, keys and records take no trailing comma, tuples do": [
    { script: "begin { print((1, 2,)); }", prints: ["(1, 2)"] },
    { script: "begin { print(1,); }", says: ["1:17-18 ERROR: syntax: expected expression"] },
    { script: "begin { @x[1,] = 1; }", says: ["1:14-15 ERROR: syntax: expected expression"] },
    { script: "begin { $x = (a = 1,); }", says: ["1:21-22 ERROR: syntax: expected identifier"] },
  ],
  "2.2 unclosed constructs": [
    { script: "begin { print(1)", says: ["1:17-17 ERROR: syntax: expected ';'"] },
    { script: "begin { print((1); }", says: ["1:18-19 ERROR: syntax: expected ')'"] },
    { script: "begin { print([1); }", says: ["1:15-16 ERROR: syntax: expected expression"] },
  ],
  "2.3 what starts like nothing else is an attach point": [
    { script: "begin { print(1); };", says: ["1:21-21 ERROR: syntax: expected '{'"] },
    { script: "typedef int x; begin { }", says: ["1:9-12 ERROR: syntax: expected '{'"] },
    { script: "struct foo; begin { }", says: ["1:8-11 ERROR: syntax: expected '{'"] },
    { script: "struct { int x; } y; begin { }", says: ["1:22-27 ERROR: syntax: expected '{'"] },
  ],
  "2.3 forms of config": [
    { script: "config { max_map_keys = 5 } begin { }", says: ["1:8-9 ERROR: syntax: expected '='"] },
    { script: 'config = { "max_map_keys" = 5 } begin { }', says: ["1:12-13 ERROR: syntax: expected config key"] },
    {
      script: "config = { max_map_keys = -5 } begin { }",
      says: ["1:27-28 ERROR: syntax: expected string, int, boolean, or ident"],
    },
  ],
  "2.3 forms of import": [
    { script: "import x; begin { }", says: ["1:8-9 ERROR: syntax: expected string after 'import'"] },
    { script: 'import "x" begin { }', says: ["1:12-17 ERROR: syntax: expected ';' after import"] },
  ],
  "2.3 forms of map declarations": [
    { script: "let @a = hash(5) begin { @a[1] = 1; }", maps: ["@a[1]: 1"] },
    { script: "let @a = 5; begin { @a[1] = 1; }", says: ["1:10-11 ERROR: syntax: expected map type name"] },
  ],
  "2.3 forms of macros": [
    { script: "macro f { 1 } begin { print(f()); }", says: ["1:9-10 ERROR: syntax: expected '('"] },
    {
      script: "macro f(pid) { 1 } begin { print(f(1)); }",
      says: ["1:9-12 ERROR: syntax: builtin 'pid' can't be used as a macro argument"],
    },
  ],
  "2.3 functions of the user": [
    // The reference parses it and never finds it.
    {
      script: "fn f($a: int32): int32 { return 1; } begin { print(f(1)); }",
      says: ["1:1-3 ERROR: syntax: user-defined functions are not supported", "HINT: Use a macro."],
    },
  ],
  "2.4 they are no record fields": [
    { script: "begin { $x = (pid = 1); }", says: ["1:19-20 ERROR: syntax: expected ')'"] },
    { script: "begin { $x = (args = 1); }", says: ["1:20-21 ERROR: syntax: expected ')'"] },
  ],
  "14.2 a map is itself for a parameter with @ only; for an expression, and as a result, it is its value": [
    {
      script:
        "macro show(@m, x) { print(@m); print(x); print((x, 1)); } macro it(@m) { @m } begin { @c = count(); show(@c, @c); print(it(@c)); }",
      prints: ["@c: 1", "1", "(1, 1)", "1"],
      maps: ["@c: 1"],
    },
    {
      script: "macro twice(x) { x * 2 } macro four(x) { twice(x) * 2 } begin { @a = 5; print(four(@a)); }",
      prints: ["20"],
      maps: ["@a: 5"],
    },
    {
      script: "macro n(x) { print(x); } begin { @a[1] = 5; n(@a); }",
      says: [
        "1:47-49 ERROR: @a used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)",
      ],
    },
    {
      script: "macro n(x) { clear(x); } begin { @a[1] = 5; n(@a); }",
      says: [
        // The reference marks the call of the macro.
        "1:47-49 ERROR: clear() expects a map argument",
      ],
    },
  ],
  "2.4 other builtins are, and may be called": [
    {
      script:
        "begin { $x = (comm = 1, uid = 2); print($x.comm + $x.uid); print(uid() == uid); print(comm() == comm); print(cpu() < 100000); }",
      prints: ["3", "true", "true", "true"],
    },
  ],
  "2.4 a user's macro may take the name of a builtin of the library": [
    { script: "macro uid() { 12345 } begin { print(uid); print(uid()); }", prints: ["12345", "12345"] },
  ],
});
