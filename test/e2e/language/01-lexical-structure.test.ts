import { languageTests } from "./language-rows.js";

languageTests("1 Lexical structure", {
  "1.1 layout separates tokens and is otherwise free": [
    { script: "begin {\n  $x = (a = 1)\n    . a\n  ; print(\t$x\n  ) ; }", prints: ["1"] },
  ],
  "1.1 comments stand where layout does": [
    { script: "// before\nbegin /* a */ { // b\n  print(/* c */ 1 /* d { */); // e }\n} // after", prints: ["1"] },
  ],
  "1.1 an unclosed comment takes the rest of the file": [
    { script: "begin { print(1); } /* end { print(2); }", prints: ["1"] },
  ],
  "1.1 bytes beyond ASCII stand in strings and comments only": [
    { script: 'begin { print("é"); } // ü', prints: ["Ã©"] },
    { script: "begin { $é = 1; }", says: ["1:9-10 ERROR: syntax: expected identifier after '$'"] },
  ],
  "1.1 a shebang may be the first thing": [
    { script: "\n#!/usr/bin/env bpftrace\nbegin { print(3); }", prints: ["3"] },
    { script: "// a comment\n#!/usr/bin/env bpftrace\nbegin { print(3); }", prints: ["3"] },
  ],
  "1.1 after an item, a # line is a misplaced C definition": [
    {
      script: "begin { print(1); } # comment",
      says: ["1:21-30 ERROR: syntax: C definitions must appear before probes and functions"],
    },
  ],
  "1.2 there are no reserved words": [
    {
      script: "begin { $if = 1; @for = 2; $let = (while = 3); print(($if, @for, $let.while)); print((if = 4).if); }",
      prints: ["(1, 2, 3)", "4"],
      maps: ["@for: 2"],
    },
  ],
  "1.2 a keyword counts as a whole word only": [
    { script: 'macro format() { "f" } begin { $letter = format(); print($letter); }', prints: ["f"] },
  ],
  "1.2 names are case sensitive": [
    {
      script: "begin { $x = 1; $X = 2; @M = 3; @m = 4; print(($x, $X, @M, @m)); }",
      prints: ["(1, 2, 3, 4)"],
      maps: ["@M: 3", "@m: 4"],
    },
  ],
  "1.3 a bare @ is a map": [
    {
      script: "begin { @ = 5; @[1] = 2; }",
      says: [
        "1:16-20 ERROR: @ used as a map with an explicit key (non-scalar map), previously used without an explicit key (scalar map)",
      ],
    },
    { script: "begin { @ = 5; @_ = 6; print((@, @_)); }", prints: ["(5, 6)"], maps: ["@: 5", "@_: 6"] },
    { script: "begin { @1a = 5; }", says: ["1:10-12 ERROR: syntax: expected ';'"] },
  ],
  "1.3 no layout after a sigil": [
    { script: "begin { $ x = 1; }", says: ["1:9-10 ERROR: syntax: expected identifier after '$'"] },
  ],
  "1.3 positional parameters start at 1, leading zeros do not count": [
    {
      script: "begin { print($1); print($01); print($2); print($#); }",
      args: ["7", "x"],
      prints: ["7", "7", "x", "2"],
    },
    {
      script: "begin { print($0); }",
      says: ["1:15-17 ERROR: syntax: param $0 is out of integer range [1, 9223372036854775807]"],
    },
    {
      script: "begin { print($9223372036854775808); }",
      says: ["1:15-35 ERROR: syntax: param $9223372036854775808 is out of integer range [1, 9223372036854775807]"],
    },
  ],
  "1.4 decimal, octal and hexadecimal": [
    {
      script:
        "begin { print(0); print(1_000); print(1__0); print(010); print(0x1F); print(0Xff); print(0x_ff); print(00); print(0_7); }",
      prints: ["0", "1000", "10", "8", "31", "255", "255", "0", "7"],
    },
    { script: "begin { print(09); }", says: ["1:15-17 ERROR: syntax: invalid trailing bytes: 09"] },
    { script: "begin { print(0x); }", says: ["1:15-17 ERROR: syntax: invalid integer: "] },
    { script: "begin { print(0xFFu); }", says: ["1:19-20 ERROR: syntax: expected ')'"] },
    { script: "begin { print(0b101); }", says: ["1:16-20 ERROR: syntax: invalid integer suffix 'b101'"] },
  ],
  "1.4 scientific": [
    {
      script: "begin { print(1e6); print(5E3); print(1e3s); print(9e18); }",
      prints: ["1000000", "5000", "1000000000000", "9000000000000000000"],
    },
    {
      script: "begin { print(10e3); }",
      says: ["1:15-19 ERROR: syntax: coefficient part of scientific literal must be 1-9: 10e3"],
    },
    { script: "begin { print(1e0); }", says: ["1:15-18 ERROR: syntax: invalid trailing bytes: 1e0"] },
    { script: "begin { print(1e-9); }", says: ["1:15-17 ERROR: syntax: invalid trailing bytes: 1e"] },
    {
      script: "begin { print(1e21); }",
      says: ["1:15-19 ERROR: syntax: overflow error, maximum value is 18446744073709551615: 1e21"],
    },
  ],
  "1.4 underscores stand between digits": [
    { script: "begin { print(1_); }", says: ["1:16-17 ERROR: syntax: trailing underscore in integer literal"] },
  ],
  "1.4 suffixes limit the value and do not fix the type": [
    {
      script:
        "begin { print(5u); print(5ul); print(5ull); print(5l); print(5ll); print(4294967295u); print(18446744073709551615ul); print(sizeof(5ull)); }",
      prints: ["5", "5", "5", "5", "5", "4294967295", "18446744073709551615", "1"],
    },
    {
      script: "begin { print(4294967296u); }",
      says: ["1:15-26 ERROR: syntax: overflow error, maximum value is 4294967295: 4294967296u"],
    },
    {
      script: "begin { print(9223372036854775808ll); }",
      says: ["1:15-36 ERROR: syntax: overflow error, maximum value is 9223372036854775807: 9223372036854775808ll"],
    },
    { script: "begin { print(5UL); }", says: ["1:15-18 ERROR: syntax: invalid trailing bytes: 5UL"] },
    { script: "begin { print(5x); }", says: ["1:16-17 ERROR: syntax: invalid integer suffix 'x'"] },
  ],
  "1.4 durations are nanoseconds": [
    {
      script: "begin { print(5ns); print(5us); print(5ms); print(5s); print(5m); print(5h); print(5d); }",
      prints: ["5", "5000", "5000000", "5000000000", "300000000000", "18000000000000", "432000000000000"],
    },
    {
      script: "begin { print(100000000000d); }",
      says: ["1:15-28 ERROR: syntax: overflow error, maximum value is 18446744073709551615: 100000000000d"],
    },
  ],
  "1.4 there are no numbers with a fraction and no characters": [
    { script: "begin { print(1.5); }", says: ["1:15-18 ERROR: Can not access index '5' on expression of type 'int8'"] },
    { script: "begin { 'a'; }", says: ["1:9-10 ERROR: syntax: expected expression"] },
  ],
  "1.5 escapes": [
    {
      script: 'begin { print("a\\tb\\"c\\\\d\\101\\x41\\X42\\x4"); print("x\\ny"); print("\\377\\x80"); }',
      prints: ['a\tb"c\\dAAB\u0004', "x", "y", "ÿ"],
    },
    {
      script: 'begin { print("\\400"); }',
      says: ["1:16-20 ERROR: syntax: octal escape sequence out of range '\\400'"],
    },
    { script: 'begin { print("\\x"); }', says: ["1:18-19 ERROR: syntax: invalid hex escape sequence"] },
    { script: 'begin { print("\\q"); }', says: ["1:17-18 ERROR: syntax: invalid escape character '\\q'"] },
  ],
  "1.5 a string ends on its line": [
    { script: 'begin { print("abc); }', says: ["1:23-23 ERROR: syntax: unterminated string"] },
  ],
  "1.5 a NUL counts for the size and ends printing and comparing": [
    {
      script: 'begin { print("a\\0b"); print(sizeof("a\\0b")); $s = "a\\0b"; $t = "a"; print($s == $t); }',
      prints: ["a", "4", "true"],
    },
  ],
  "1.5 adjacent strings do not join": [
    { script: 'begin { print("a" "b"); }', says: ["1:19-20 ERROR: syntax: expected ')'"] },
  ],
  "1.6 the longest match wins": [
    {
      script: "begin { $a = 8; $b = $a>>1; $b<<=1; print($b); print($a<<1); print($a<=$b); $a--; print($a); }",
      prints: ["8", "16", "true", "7"],
    },
    // The reference points at the third plus sign.
    { script: "begin { $a = 1; $a+++$a; }", says: ["1:19-20 ERROR: syntax: expected ';'"] },
  ],
  "1.6 -> and . are one operator": [
    {
      script: "begin { $r = (a = (b = 1, c = 2)); print($r->a.c); print(curtask->pid == curtask.pid); }",
      prints: ["2", "true"],
    },
  ],
  "1.6 a predicate ends at the slash before a brace": [
    { script: "begin / 8 / 2 == 4 / { print(1); } end /1/ /* { */ { print(2); }", prints: ["1", "2"] },
    { script: "begin /0/ { print(1); }", prints: [] },
    { script: "begin / 1 { print(1); }", says: ["1:11-12 ERROR: syntax: expected '/' to close predicate"] },
    { script: "begin / / { print(1); }", says: ["1:9-10 ERROR: syntax: expected expression"] },
  ],
  "1.6 layout may stand in ?:": [
    { script: "begin { print(1 ? : 2); print(0 ? : 2); print(0 ?: 3); }", prints: ["1", "2", "3"] },
  ],
});
