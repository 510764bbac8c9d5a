import { describe, expect, it } from "vitest";
import type { Expr } from "../../../grammar/index.js";
import { checkDiagnostics } from "./check-diagnostics.js";
import { printed, typedScript } from "./typed-script.js";

/** A literal as scripts write it; the kind of node of everything else. */
const shown = (expr: Expr): string =>
  expr.kind === "integer" || expr.kind === "bool"
    ? String(expr.value)
    : expr.kind === "string"
      ? JSON.stringify(expr.value)
      : expr.kind;

const folded = (expr: string, positional: readonly string[] = []): string =>
  printed(typedScript(`begin { $v = 5; $s = "abc"; print(${expr}); }`, { positional }))
    .map(shown)
    .join();

const ROWS: readonly (readonly [expr: string, literal: string])[] = [
  ["1 + 2 * 3", "7"],
  ["-7 / 2", "-3"],
  ["-7 % 2", "-1"],
  ["-8 >> 1", "-4"],
  ["9223372036854775807 + 1", "9223372036854775808"],
  ["-9223372036854775808", "-9223372036854775808"],
  ["1 << 63", "9223372036854775808"],
  ["~5", "18446744073709551610"],
  ["~(-1)", "0"],
  ["!5", "false"],
  ["- -5", "5"],
  ["-1 & 255", "255"],
  ["5 & 3 == 3", "1"],
  ["true + true", "true"],
  ["true + 1", "2"],
  ["true == 1", "true"],
  ["1 < 2 == true", "true"],
  ['"ab" + "cd"', '"abcd"'],
  ['"abcd" + 1', '"bcd"'],
  ['1 + "abcd"', '"bcd"'],
  ['"abc" < "abd"', "true"],
  ['"a" && "b"', "true"],
  ['"abc"[1]', "98"],
  ['"abc"[3]', "0"],
  ["(1, 2).1", "2"],
  ["(1, 2)[0]", "1"],
  ["(a = 1, b = 2).b", "2"],
  ["(1, (2, 3)) == (1, (2, 3))", "true"],
  ["(a = 1, b = 2) == (b = 2, a = 1)", "true"],
  ["(1, 2) != (1, 3)", "true"],
  ["1 ? 5 : 6", "5"],
  ["0 ?: 6", "6"],
  ["if (1 > 2) { 1 } else { 2 }", "2"],
  ['str("abc")', '"abc"'],
  ['str("abc", 2)', '"ab"'],
  ["str(12)", '"12"'],
  ["comptime (1 + 2)", "3"],
  ["sizeof(int32)", "4"],
  ['sizeof("abc")', "4"],
  ["sizeof($v) + 1", "2"],
  ["sizeof(struct list_head)", "16"],
  ["offsetof(struct list_head, prev)", "8"],
  ["probe", '"begin"'],
  ["is_str($s)", "true"],
  ["is_integer(true)", "false"],
  ["is_literal((1, 2))", "true"],
  ["is_literal($v)", "false"],
  ["$#", "0"],
  // Not folded: a run-time expression of its own type.
  ["(uint8)5", "cast"],
  ["$v + 1", "binary"],
  ["1 ? $v : 6", "ternary"],
];

describe("folding", () => {
  for (const [expr, expected] of ROWS) {
    it(`${expr} is ${expected}`, () => {
      expect(folded(expr)).toBe(expected);
    });
  }

  it("positional parameters are integers, or else strings", () => {
    const rows = [
      ["12", "12"],
      ["-3", "-3"],
      ["0x10", "16"],
      ["0b11", "3"],
      ["010", "8"],
      ["1e3", "1000"],
      ["12x", '"12x"'],
      ["a b", '"a b"'],
    ] as const;
    for (const [text, expected] of rows) expect(folded("$1", [text]), text).toBe(expected);
    expect(folded("str($1)", ["12"])).toBe('"12"');
    expect(folded("str($2)", ["12"])).toBe('""');
    expect(folded("$1 + 1", ["41"])).toBe("42");
    expect(folded("$#", ["a", "b"])).toBe("2");
  });

  it("reports what has no value", () => {
    checkDiagnostics(`
begin { print(1 / 0); print(1 << 64); print(-1 < 18446744073709551615); }
//            ^^^^^ fold-overflow
//                          ^^^^^^^ fold-overflow
//                                          ^^^^^^^^^^^^^^^^^^^^^^^^^ fold-overflow
`);
    checkDiagnostics(`
begin { print("a" * "b"); print(-9223372036854775809); }
//            ^^^^^^^^^ fold-string
//                              ^^^^^^^^^^^^^^^^^^^^ fold-negative
`);
    checkDiagnostics(`
begin { print($1); print("a" + 3); }
//            ^^ !positional-missing
//                       ^^^^^^^ !fold-empty-string
`);
  });

  it("removes dead branches of if comptime before anything looks at them", () => {
    checkDiagnostics(
      `begin { if comptime (sizeof(pid) == 4) { print(1); } else { nosuch($undefined); } }`.replace(
        "($undefined)",
        "()",
      ),
    );
    checkDiagnostics(`begin { if comptime (false) { nosuch($undefined); } }`);
  });
});
