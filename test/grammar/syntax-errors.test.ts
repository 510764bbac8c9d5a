import { expect, test } from "vitest";
import { DiagnosticBag, parse } from "../../grammar/index.js";
import { parseText } from "./support.js";

test("what was meant is said where it is a habit of other languages", () => {
  const hintsFor = (body: string): readonly string[] => {
    const bag = new DiagnosticBag();
    parse({ name: "stdin", text: `begin { ${body} }` }, bag);
    return bag.all.flatMap(({ help }) => help.hints ?? []);
  };
  expect(hintsFor("printf('hi');")).toEqual(['Text is in double quotes: `"hi"`.']);
  expect(hintsFor("$a = 'x' ")).toEqual(['Text is in double quotes: `"x"`.']);
  expect(hintsFor("print(');")).toEqual([]);
  expect(hintsFor("while (@a[1] = 1) { }")).toEqual(["`==` compares."]);
  expect(hintsFor("= 3;")).toEqual([]);
  expect(hintsFor("let $a: int32 == 3;")).toEqual([]);
});

type Row = readonly [text: string, ...messages: string[]];

/** The text is the body of `begin { … }`; columns count from the `b`. */
const checkBodies = (rows: readonly Row[]): void => {
  for (const [body, ...expected] of rows) {
    const messages = parseText(`begin { ${body} }`).messages;
    expect.soft(messages, body).toEqual(expected.map((message) => message.replace(" ", " syntax: ")));
  }
};

const checkScripts = (rows: readonly Row[]): void => {
  for (const [text, ...expected] of rows) {
    expect.soft(parseText(text).messages, text).toEqual(expected.map((message) => message.replace(" ", " syntax: ")));
  }
};

test("the test vectors of the reference", () => {
  checkBodies([
    ["$r = (a = 1, a = 2);", "1:22-27 Named argument list already contains name: a"],
    ["for ($i : -1..1) { print($i); }", "1:19-20 expected expression"],
    ["for ($i : 0..3) { print($i); };", "1:39-40 expected expression"],
    ['$x = 3; $x == 3 ? print("y") : print("n");', "1:25-26 expected ';'"],
    ["$x = 5; $x ?: 6;", "1:20-21 expected ';'"],
    ['$x = 2; if $x == 2 { print("t"); }', "1:23-24 expected '{'"],
    ["print(0b11);", "1:16-19 invalid integer suffix 'b11'"],
    ["print(08);", "1:15-17 invalid trailing bytes: 08"],
    ["print(1e0);", "1:15-18 invalid trailing bytes: 1e0"],
    ["print(5UL);", "1:15-18 invalid trailing bytes: 5UL"],
    [
      "print(18446744073709551616);",
      "1:15-35 overflow error, maximum value is 18446744073709551615: 18446744073709551616",
    ],
    ['print("\\q");', "1:17-18 invalid escape character '\\q'"],
  ]);
});

test("integer literals", () => {
  checkBodies([
    ["09;", "1:9-11 invalid trailing bytes: 09"],
    ["0x;", "1:9-11 invalid integer: "],
    ["0xFFu;", "1:13-14 expected ';'"],
    ["10e3;", "1:9-13 coefficient part of scientific literal must be 1-9: 10e3"],
    ["1e-9;", "1:9-11 invalid trailing bytes: 1e"],
    ["1e21;", "1:9-13 overflow error, maximum value is 18446744073709551615: 1e21"],
    ["4294967296u;", "1:9-20 overflow error, maximum value is 4294967295: 4294967296u"],
    ["9223372036854775808l;", "1:9-29 overflow error, maximum value is 9223372036854775807: 9223372036854775808l"],
    ["1_000_;", "1:14-15 trailing underscore in integer literal"],
    ["1x;", "1:10-11 invalid integer suffix 'x'"],
    ["1U;", "1:9-11 invalid trailing bytes: 1U"],
    ["$0;", "1:9-11 param $0 is out of integer range [1, 9223372036854775807]"],
    ["$9223372036854775808;", "1:9-29 param $9223372036854775808 is out of integer range [1, 9223372036854775807]"],
  ]);
});

test("strings", () => {
  checkBodies([
    ['"\\400";', "1:10-14 octal escape sequence out of range '\\400'"],
    ['"\\xg";', "1:12-13 invalid hex escape sequence"],
  ]);
  checkScripts([
    ['begin { print("abc\n); }', "2:1-2 unterminated string"],
    ['begin { print("abc', "1:19-19 unterminated string"],
    ['begin { print("\\q\n); }', "1:17-18 invalid escape character '\\q'", "2:1-2 unterminated string"],
  ]);
});

test("statements", () => {
  checkBodies([
    [";", "1:9-10 expected expression"],
    ["f();;", "1:13-14 expected expression"],
    ["{ ; }", "1:11-12 expected expression"],
    ["while (1) { };", "1:22-23 expected expression"],
    ["unroll (1) { };", "1:23-24 expected expression"],
    ["1 +;", "1:12-13 expected expression"],
    ["$x = ;", "1:14-15 expected expression"],
    ["$x = 1 $y = 2", "1:16-18 expected ';'"],
    ["print(1) print(2)", "1:18-23 expected ';'"],
    ["*$p = 1;", "1:13-14 expected ';'"],
    ["$1 = 2;", "1:12-13 expected ';'"],
    ["pid = 3;", "1:13-14 expected ';'"],
    ["_ += 3;", "1:11-12 expected ';'"],
    ["$a + 1 = 2;", "1:16-17 expected ';'"],
    [
      "$t.0 = 1;",
      "1:9-17 Tuples and records are immutable once created. Consider creating a new value and assigning it instead.",
    ],
    ["@m[1].f += 1;", "1:17-18 expected ';'"],
    ["$a[0] = 1;", "1:9-18 invalid assignment target"],
    ["let $v, $w;", "1:15-16 expected ';'"],
    ["let @m = 1;", "1:13-15 expected variable after 'let'"],
    ["if (1) print(1);", "1:16-21 expected '{'"],
    ["if ($a) && ($b) { }", "1:17-18 expected '{'"],
    ["if (1) { } else print(1);", "1:25-30 expected '{' or 'if' after 'else'"],
    ["for (x : 0..1) { }", "1:14-15 expected variable in for loop"],
    ["for ($x : 5) { }", "1:22-23 expected map or range in for loop"],
    ["for ($x : @m[1]) { }", "1:26-27 expected map or range in for loop"],
    ["for ($i : 0..$t.1) { }", "1:24-25 expected ')'"],
    ["for $i 0..1 { }", "1:16-17 expected ':'"],
    ["import x;", "1:16-17 expected string after 'import'"],
    ["#", "1:9-10 expected expression"],
    ["\xe9", "1:9-10 expected expression"],
    ["$ x;", "1:9-10 expected identifier after '$'"],
    ["$a\xe9 = 1;", "1:11-12 expected ';'"],
  ]);
});

test("operators with restricted operands", () => {
  checkBodies([
    ["5++;", "1:10-12 increment/decrement requires a variable or map"],
    ["--pid;", "1:11-14 increment/decrement requires a variable or map"],
    ["$a+++$a;", "1:11-12 expected ';'"],
    ["$a --1;", "1:14-15 expected ';'"],
    ["$p = &pid;", "1:15-18 address-of operator (&) can only be used on a map or variable"],
    ["$p = &@m[1];", "1:17-18 expected ';'"],
    ["f(1;", "1:12-13 expected ')'"],
    ["$x[1;", "1:13-14 expected ']'"],
    ["$x.;", "1:12-13 expected field name after '.'"],
    ["1 ? 2;", "1:14-15 expected ':'"],
    ["sizeof 1;", "1:16-17 expected '('"],
  ]);
});

test("attach points and predicates", () => {
  checkScripts([
    ["begin", "1:6-6 expected '{'"],
    ["begin\n", "2:1-1 expected '{'"],
    ["interval : s:1 { }", "1:10-11 expected '{'"],
    ["x = begin { }", "1:3-4 expected '{'"],
    ["{ }", "1:1-2 expected attach point"],
    ["/ 1 / { }", "1:1-2 expected attach point"],
    ["begin,,end { }", "1:7-8 expected attach point"],
    ["begin, ", "1:8-8 expected attach point"],
    ["begin { } ; end { }", "1:13-16 expected '{'"],
    ["begin / 1 { }", "1:11-12 expected '/' to close predicate"],
    ["begin / 1 2 / { }", "1:11-12 expected '/' to close predicate"],
    ["begin / / { }", "1:9-10 expected expression"],
    ["begin { print(1);", "1:18-18 expected '}'"],
    ["begin { } }", "1:12-12 expected '{'"],
  ]);
});

test("C definitions", () => {
  checkScripts([
    ["struct foo; begin { }", "1:8-11 expected '{'"],
    ["struct { int a; } x; begin { }", "1:22-27 expected '{'"],
    ["struct foo { int a; } __attribute__(packed); begin { }", "1:36-37 __attribute__ syntax error, expected '(('"],
    ["struct foo { int a;", "1:20-20 expected '}'"],
  ]);
});

test("config, imports, map declarations, macros and functions", () => {
  checkScripts([
    ["config { a = 1 } begin { }", "1:8-9 expected '='"],
    ['config = { "a" = 1 } begin { }', "1:12-13 expected config key"],
    ["config = { a = 1, b = 2 } begin { }", "1:17-18 expected ';'"],
    ["config = { a = -1 } begin { }", "1:16-17 expected string, int, boolean, or ident"],
    ["config = { a = 1", "1:17-17 expected ';'"],
    ["import x; begin { }", "1:8-9 expected string after 'import'"],
    ['import "x" begin { }', "1:12-17 expected ';' after import"],
    ["let @a = 5; begin { }", "1:10-11 expected map type name"],
    ["let @a = hash(x); begin { }", "1:15-16 expected positive integer for map declaration max entries"],
    ["let $a = 5; begin { }", "1:1-4 root-level let statements need to be map declarations, e.g. let @a = hash(2);"],
    ["macro m { } begin { }", "1:9-10 expected '('"],
    ["macro m(pid) { } begin { }", "1:9-12 builtin 'pid' can't be used as a macro argument"],
    ["macro m(1) { } begin { }", "1:9-10 expected macro argument ($var, @map, or identifier)"],
    ["fn f($x: int8): void { } begin { }", "1:1-3 user-defined functions are not supported"],
  ]);
});

test("the order of the parts", () => {
  checkScripts([
    ["begin { }\n#include <x.h>", "2:1-9 C definitions must appear before probes and functions"],
    ["config = { }\nstruct a { int b; };", "2:1-21 C definitions must appear before probes and functions"],
    ["begin { }\nconfig = { }", "2:1-7 config must appear before probes and functions"],
    ['macro m() { }\nimport "x";', "2:1-7 root imports must appear before probes and functions"],
    ["config = { }\nconfig = { }\nbegin { }", "2:1-7 duplicate config block"],
    ["let @a = hash(2);\nconfig = { }", "2:1-7 config must appear before probes and functions"],
  ]);
});

test("a mistake costs its item only", () => {
  const { program, messages } = parseText(
    [
      "config = { a 1 }",
      'import "a"',
      "let @a = hash(2)",
      "begin { $x = ; } interval:s:1 { f( }",
      "macro m(1) { }",
      "end / 1 { } end / 2 / { print(1) }",
      "kprobe:f kprobe:g { }",
      "begin { print(0b1); print(08); }",
      "end { }",
    ].join("\n"),
  );
  expect(messages).toEqual([
    "1:14-15 syntax: expected '='",
    "3:1-4 syntax: expected ';' after import",
    "4:14-15 syntax: expected expression",
    "4:36-37 syntax: expected expression",
    "5:9-10 syntax: expected macro argument ($var, @map, or identifier)",
    "6:9-10 syntax: expected '/' to close predicate",
    "7:10-16 syntax: expected '{'",
    "8:16-18 syntax: invalid integer suffix 'b1'",
    "8:27-29 syntax: invalid trailing bytes: 08",
  ]);
  expect(program.items.map((item) => item.kind)).toEqual(["map-declaration", "probe", "probe", "probe"]);
});

test("the number of messages is limited", () => {
  expect(parseText("begin { ; } ".repeat(1000)).messages.length).toBe(20);
  expect(parseText("begin { print(08); } ".repeat(1000)).messages.length).toBe(40);
});

test("too deep nesting is an error, in whatever way it is nested", () => {
  const nests: readonly (readonly [open: string, close: string])[] = [
    ["(", ")"],
    ["{", "}"],
    ["f(", ")"],
    ["if (1) {", "}"],
    ["if ", ""],
    ["-(", ")"],
    ["- ", ""],
    ["!", ""],
    ["@a[", "]"],
    ["1 + (", ")"],
    ["1 + ", ""],
    ["1 || ", ""],
    ["1 ? ", " : 2"],
    ["1 ?: ", ""],
    ["(a = ", ")"],
    ["(1, ", ")"],
    ["(int8)", ""],
    ["sizeof(typeof(", "))"],
    ["(typeof(", ")) 1"],
    ["{ while 1 ", "}"],
    ["", ".a"],
    ["", "[1]"],
    ["if (1) { } else ", "{ }"],
    ["comptime ", ""],
  ];
  for (const [open, close] of nests) {
    const { messages } = parseText(`begin { $x = ${open.repeat(10_000)}1${close.repeat(10_000)}; }`);
    expect.soft(messages.length, open).toBe(1);
    if (open !== "if (1) { } else " && open !== "if " && open !== "(typeof(") {
      expect.soft(messages[0], open).toMatch(/syntax: nested too deeply \(the limit is \d+ levels\)/);
    }
  }
});
