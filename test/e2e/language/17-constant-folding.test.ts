import { languageTests } from "./language-rows.js";

languageTests("17 Constant folding and comptime", {
  "17.1 folding is exact and signed": [
    {
      script:
        "begin { print(1 + 2 * 3); print(7 / 2); print(-7 / 2); print(-7 % 2); print(7 / -2); print(-8 >> 1); print(1 << 4); print(-1 << 2); print(2 - 5); print(5 & 6 | 8 ^ 1); print(0x7fffffffffffffff * 2); print(1000000 * 1000000); print(5ms + 3us); print(1h / 1m); }",
      prints: [
        "7",
        "3",
        "-3",
        "-1",
        "-3",
        "-4",
        "16",
        "-4",
        "-3",
        "13",
        "18446744073709551614",
        "1000000000000",
        "5003000",
        "60",
      ],
    },
    {
      script:
        "begin { print(9223372036854775807 + 1); print(5 - 6u); print(5u - 10u); print(-9223372036854775808); print(18446744073709551615); }",
      prints: ["9223372036854775808", "-1", "-5", "-9223372036854775808", "18446744073709551615"],
    },
  ],
  "17.1 unary operators": [
    {
      script:
        "begin { print(-5); print(-(-5)); print(~5); print(~(-1)); print(!5); print(!0); print(-5u); print(!-5); print(~0); }",
      prints: ["-5", "5", "18446744073709551610", "0", "false", "true", "-5", "false", "18446744073709551615"],
    },
  ],
  "17.1 comparisons": [
    {
      script:
        "begin { print(5 == 5); print(-5 < 3); print(5 > 3 > 1); print(3 == 3 == 1); print(1 && 0 || 1); print(1 == 1u); print(-1 < 1u); }",
      prints: ["true", "true", "false", "true", "true", "true", "true"],
    },
  ],
  "17.1 what cannot be folded": [
    {
      script: "begin { print(18446744073709551615 + 1); }",
      says: ["1:15-39 ERROR: unable to fold literals due to overflow or underflow"],
    },
    {
      script: "begin { print(-9223372036854775808 - 1); }",
      says: ["1:15-39 ERROR: unable to fold literals due to overflow or underflow"],
    },
    { script: "begin { print(-9223372036854775809); }", says: ["1:15-35 ERROR: negative value will underflow"] },
    {
      script: "begin { print(5 / 0); }",
      says: ["1:15-20 ERROR: unable to fold literals due to overflow or underflow"],
    },
    {
      script: "begin { print(5 % 0); }",
      says: ["1:15-20 ERROR: unable to fold literals due to overflow or underflow"],
    },
    {
      script: "begin { print(1 << 64); }",
      says: ["1:15-22 ERROR: unable to fold literals due to overflow or underflow"],
    },
    {
      script: "begin { print(1 << -1); }",
      says: ["1:15-22 ERROR: unable to fold literals due to overflow or underflow"],
    },
    {
      script: "begin { print(-1 < 18446744073709551615); }",
      says: ["1:15-40 ERROR: unable to fold literals due to overflow or underflow"],
    },
  ],
  "17.1 casts are not folded": [
    {
      script: "begin { $a = (uint8)5; $a = 300; print($a); print(sizeof((uint8)5 + 300)); print((uint8)300); }",
      prints: ["300", "8", "44"],
    },
  ],
  "17.2 bools": [
    {
      script:
        "begin { print(true + true); print(true && false); print(!true); print(true == true); print(true & false); print(true ^ true); print(true < false); print(true + 1); }",
      prints: ["true", "false", "false", "true", "false", "false", "false", "2"],
    },
  ],
  "17.2 strings": [
    {
      script:
        'begin { print("a" == "a"); print("a" != "b"); print("a" < "b"); print("b" <= "a"); print("b" > "a"); print("ab" + "cd"); print("abcd" + 1); print(sizeof("ab" + "cd")); print("a" && "b"); print("a" || ""); print(!"a"); }',
      says: ["1:212-216 ERROR: The ! operator can not be used on expressions of type 'string[2]'"],
    },
    {
      script: 'begin { print("abcd" + 9); }',
      maps: [""],
      says: ["1:15-25 WARNING: literal string will always be empty"],
    },
    {
      script: 'begin { print("a" * 2); }',
      says: [
        "1:15-22 ERROR: Type mismatch for '*': comparing string[2] with int8",
        "1:15-18 ERROR: left (string[2])",
        "1:21-22 ERROR: right (int8)",
      ],
    },
    { script: 'begin { print("a" - "b"); }', says: ["1:15-24 ERROR: illegal literal operation with strings"] },
  ],
  "17.2 tuples and records": [
    {
      script:
        'begin { print((1, 2) == (1, 2)); print((1, 2) != (1, 3)); print((a = 1, b = 2) == (b = 2, a = 1)); print("abc"[1]); print((1, 2).0); print((a = 1, b = 2).b); }',
      prints: ["true", "true", "true", "98", "1", "2"],
    },
  ],
  "17.2 what else is a literal": [
    {
      script:
        'begin { unroll (1 + 1) { print("u"); } print(PIDTYPE_SID == 3); print(probe == "begin"); print(sizeof(uint32) + 1); }',
      prints: ["u", "u", "true", "true", "5"],
    },
  ],
  "17.2 a branch of literals is chosen, both are checked": [
    {
      script:
        'begin { print(if (1) { "a" } else { "bcd" }); print(1 ? "a" : "b"); print(sizeof(1 ? 1 : 300)); print("" ?: "b"); }',
      prints: ["a", "a", "1", "b"],
    },
    { script: "begin { if (false) { nosuch(); } }", says: ["1:22-30 ERROR: Unknown function: 'nosuch'"] },
  ],
  "17.3 it must fold": [
    {
      script: 'begin { print(comptime (1 + 2)); print(comptime sizeof(uint64)); print(comptime ("a" == "a")); }',
      prints: ["3", "8", "true"],
    },
    { script: "begin { print(comptime pid); }", says: ["1:15-27 ERROR: Unable to resolve comptime expression"] },
    { script: "begin { $n = 5; print(comptime $n); }", says: ["1:23-34 ERROR: Unable to resolve comptime expression"] },
  ],
  "17.3 if comptime removes the dead branch before types": [
    {
      script:
        'begin { if comptime (false) { nosuch(); } else { print("ok"); } if comptime (sizeof(uint32) == 4) { print("four"); } else { $x = 1; $x = "a"; } }',
      prints: ["ok", "four"],
    },
    {
      script:
        'macro show(v) { if comptime (is_str(v)) { print("string"); } else if comptime (is_integer(v)) { print("integer"); } else { print("other"); } } begin { $s = "a"; show($s); show(5); show((1, 2)); }',
      prints: ["string", "integer", "other"],
    },
    {
      script:
        'config = { unstable_typeinfo = "enable" } begin { $x = (uint8)5; if comptime (typeinfo($x).base_type == "int") { print("int"); } }',
      prints: ["int"],
    },
  ],
  "17.3 fail and static_assert": [
    { script: 'begin { fail("no %d %s", 5, "x"); }', says: ["1:9-33 ERROR: no 5 x"] },
    { script: 'begin { if comptime (false) { fail("no"); } print(1); }', prints: ["1"] },
    { script: 'begin { static_assert(sizeof(uint32) == 4, "size"); print(2); }', prints: ["2"] },
    // The reference points into its library.
    { script: 'begin { static_assert(1 == 2, "not fine"); }', says: ["1:9-42 ERROR: not fine"] },
  ],
  "17.3 predicates of types": [
    {
      script:
        'begin { $x = 5; print(is_literal(5)); print(is_literal($x)); print(is_integer($x)); print(is_unsigned_integer($x)); print(is_unsigned_integer((uint8)5)); print(is_str("a")); print(is_ptr(curtask)); print(is_array((uint8[4])(uint32)5)); print(is_ptr($x)); @m = 5; @k[1] = 5; print(is_scalar(@m)); print(is_scalar(@k)); }',
      prints: ["true", "false", "true", "false", "true", "true", "true", "true", "false", "true", "false"],
      maps: ["@k[1]: 5", "@m: 5"],
    },
  ],
  "17.4 formats, counts and parameters": [
    {
      script: 'begin { $x = "a"; printf($x); }',
      says: ["1:19-29 ERROR: printf() expects a string literal (string provided)"],
    },
    { script: "begin { printf(pid); }", says: ["1:9-20 ERROR: printf() expects a string literal (int provided)"] },
    { script: "begin { $n = 5; unroll ($n) { } }", says: ["1:17-32 ERROR: invalid unroll value"] },
    {
      script: "begin { @ = lhist(5, pid, 10, 1); }",
      says: ["1:13-33 ERROR: lhist: invalid min value (must be non-negative literal)"],
    },
  ],
  "17.5 it folds": [
    {
      script: 'begin { print(str("abc")); print(str("abc", 2)); print(str(12)); print(sizeof(str("abc"))); }',
      prints: ["abc", "ab", "12", "4"],
    },
    {
      script: "begin { print(str($1)); print(str($2)); print(sizeof(str($2))); print($1 + 1); unroll ($1) { @++; } }",
      args: ["7", "word"],
      prints: ["7", "word", "5", "8"],
      maps: ["@: 7"],
    },
  ],
});
