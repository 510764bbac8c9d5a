import { describe, expect, test } from "vitest";
import { CErrors } from "../../../grammar/c/failure.js";
import { Preprocessor } from "../../../grammar/c/preprocessor.js";
import { headersFrom, messagesOf, unitOf } from "./support.js";

/** What is left of a text, one blank between tokens that had some. */
function preprocessed(text: string, files: Readonly<Record<string, string>> = {}): string {
  const errors = new CErrors();
  const preprocessor = new Preprocessor(headersFrom(files), errors);
  preprocessor.open({ name: "definitions.h", text });
  let out = "";
  for (let token = preprocessor.next(); token.kind !== "end"; token = preprocessor.next()) {
    out += (token.hasSpace || token.startsLine ? " " : "") + token.text;
  }
  expect(errors.all.map((error) => error.message)).toEqual([]);
  return out.trim().replace(/ +/g, " ");
}

/** The examples of the C standard are among them (6.10.3.5). */
const EXPANSIONS: readonly (readonly [claim: string, text: string, result: string])[] = [
  ["a macro without parameters", "#define A 1 + 2\nA;", "1 + 2;"],
  ["a macro in a macro, defined later", "#define A B\n#define B 7\nA", "7"],
  ["a macro is not expanded in itself", "#define A A + B\n#define B A\nA", "A + A"],
  ["a call", "#define F(a, b) a-b\nF(1, (2, 3))", "1-(2, 3)"],
  ["a name without a call stays", "#define F(a) a\nF + F (1)", "F + 1"],
  ["a call over several lines", "#define F(a) <a>\nF\n(\n1\n)", "<1>"],
  ["arguments are expanded first", "#define X 3\n#define F(a) a a\nF(X)", "3 3"],
  [
    "an argument in quotes is as it was written",
    '#define S(a) #a\n#define X 3\nS( X  + "q\\n" )',
    '"X + \\"q\\\\n\\""',
  ],
  ["tokens are joined", "#define J(a, b) a ## b\nJ(x, 1) J(, y) J(z, )", "x1 y z"],
  ["joined tokens are not expanded before", "#define AB 1\n#define A x\n#define J(a, b) a##b\nJ(A, B)", "1"],
  ["any number of arguments", "#define F(a, ...) [a|__VA_ARGS__]\nF(1) F(1, 2, 3)", "[1|] [1|2, 3]"],
  ["a name for the rest", "#define F(a, rest...) [rest]\nF(1, 2, 3)", "[2, 3]"],
  ["the comma before no arguments goes", "#define F(f, ...) p(f, ## __VA_ARGS__)\nF(1) F(1, 2)", "p(1) p(1, 2)"],
  ["__VA_OPT__", "#define F(a, ...) f(a __VA_OPT__(, [) __VA_ARGS__)\nF(1) F(1, 2)", "f(1) f(1, [ 2)"],
  [
    "rescanning",
    "#define x 3\n#define f(a) f(x * (a))\n#undef x\n#define x 2\n#define g f\n#define z z[0]\n#define h g(~\n#define m(a) a(w)\n#define w 0,1\n#define t(a) a\n" +
      "f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);\ng(x+(3,4)-w) | h 5) & m(f)^m(m);",
    "f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1); f(2 * (2+(3,4)-0,1)) | f(2 * (~ 5)) & f(2 * (0,1))^m(0,1);",
  ],
  [
    "strings from joined names",
    '#define str(s) # s\n#define xstr(s) str(s)\n#define INCFILE(n) vers ## n\nxstr(INCFILE(2).h) xstr(strncmp("abc\\0d", "abc", \'\\4\') == 0)',
    '"vers2.h" "strncmp(\\"abc\\\\0d\\", \\"abc\\", \'\\\\4\') == 0"',
  ],
  ["lines that go on", "#define A 1 \\\n  + 2\nA in\\\nt", "1 + 2 int"],
  ["comments are blanks", "#define A 1/**/2 // no\nA a/* \n */b", "1 2 a b"],
  ["the line and the file", "\n__LINE__ __FILE__", '2 "definitions.h"'],
  ["a counter", "__COUNTER__ __COUNTER__", "0 1"],
  ["#undef", "#define A 1\n#undef A\nA", "A"],
  ["a directive in an argument", "#define F(a) a\nF(1\n#define B 2\nB)", "1 2"],
];

test.each(EXPANSIONS)("%s", (_, text, result) => {
  expect(preprocessed(text)).toBe(result);
});

describe("conditions", () => {
  const TRUE: readonly string[] = [
    "1",
    "defined A && !defined B && defined(A)",
    "A == 3 && B == 0",
    "(1 ? 2 : 1/0) == 2",
    "0 && 1/0 || 1",
    "-1 < 0 && -1 > 0u",
    "0x10 == 16 && 020 == 16 && 0b11 == 3 && 1UL && 'a' == 97 && '\\n' == 10",
    "~0 == -1 && (1 << 40) > 0 && 7 % 4 == 3 && (6 & 3 | 8 ^ 1) == 11",
    '__has_include("x.h") && __has_include(<x.h>) && !__has_include(<y.h>)',
    "defined __has_include && !__has_attribute(packed)",
    "F(2) == 4 && NESTED",
    "__x86_64__ && __linux__ && __SIZEOF_LONG__ == 8 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__",
    "__UINT64_MAX__ == -1ULL && __INT_MAX__ == 2147483647",
    "true == 0",
  ];
  const BEFORE = "#define A 3\n#define F(x) ((x) * 2)\n#define NESTED defined A\n";

  test.each(TRUE)("#if %s", (condition) => {
    const unit = unitOf(`${BEFORE}#if ${condition}\nenum { YES };\n#else\nenum { NO };\n#endif\n`, {
      headers: headersFrom({ "x.h": "" }),
    });
    expect(messagesOf(unit)).toEqual([]);
    expect([...unit.enumerators.keys()]).toEqual(["YES"]);
  });

  test("the first branch that is true is taken, and only that", () => {
    const text = "#if 0\na\n#elif 1\nb\n#elif 1\nc\n#else\nd\n#endif\n#ifdef X\ne\n#elif !defined X\nf\n#endif";
    expect(preprocessed(text)).toBe("b f");
  });

  test("what does not count is not looked at", () => {
    const text =
      "#if 0\n#if 1\n#else\n#endif\n#error no\n#include <no.h>\n#foo\nit's \"open /* # */ \n/*\n#else\n*/\n#elif 1\na\n#endif";
    expect(preprocessed(text)).toBe("a");
  });
});

describe("headers", () => {
  test("are read where they are included", () => {
    expect(preprocessed('a\n#include "x.h"\nb\n#include <y.h>', { "x.h": "x", "y.h": "y" })).toBe("a x b y");
  });

  test("may be named by a macro", () => {
    expect(preprocessed("#define X <y.h>\n#include X\n", { "y.h": "y" })).toBe("y");
  });

  test.each([
    ["a macro", "#ifndef X\n#define X\nx\n#endif"],
    ["a macro that is not defined", "#if !defined(X)\n#define X\nx\n#endif\n"],
    ["a pragma", "#pragma once\nx"],
    ["a pragma operator", '_Pragma("once") x'],
  ])("are read once: %s", (_, header) => {
    expect(preprocessed('#include "x.h"\n#include "x.h"', { "x.h": header })).toBe("x");
  });

  test("are read again when nothing forbids it", () => {
    expect(preprocessed('#include "x.h"\n#include "x.h"', { "x.h": "x" })).toBe("x x");
  });

  test("end their own conditionals", () => {
    const unit = unitOf('#include "x.h"\n#endif\n', { headers: headersFrom({ "x.h": "#if 1\n" }) });
    expect(messagesOf(unit)).toEqual([
      "x.h:1:2: error: unterminated conditional directive",
      "definitions.h:2:2: error: #endif without #if",
    ]);
  });
});

/** As the reference prints them; the first line of `definitions.h` is empty. */
const MISTAKES: readonly (readonly [text: string, ...messages: string[]])[] = [
  ['#include "nosuch.h"', "2:10: fatal error: 'nosuch.h' file not found"],
  ["#include", '2:9: error: expected "FILENAME" or <FILENAME>'],
  ['#include "a', '2:10: error: expected "FILENAME" or <FILENAME>'],
  ["#error foo  bar // baz", "2:2: error: foo  bar // baz"],
  ["#foo", "2:2: error: invalid preprocessing directive"],
  ["#if 1", "2:2: error: unterminated conditional directive"],
  ["#endif", "2:2: error: #endif without #if"],
  ["#else", "2:2: error: #else without #if"],
  ["#if 1\n#else\n#else\n#endif", "4:2: error: #else after #else"],
  ["#define", "2:8: error: macro name missing"],
  ["#define 1", "2:9: error: macro name must be an identifier"],
  ["#define F(x", "2:12: error: expected comma in macro parameter list"],
  ["#ifdef\n#endif", "2:7: error: macro name missing"],
  ["#if 1 +\n#endif", "2:8: error: expected value in expression"],
  ["#if (1\n#endif", "2:7: error: expected ')' in preprocessor expression"],
  ["#if 1/0\n#endif", "2:6: error: division by zero in preprocessor expression"],
  ["#if 1 2\n#endif", "2:7: error: token is not a valid binary operator in a preprocessor subexpression"],
  ["#define F(x) x\nint a[F(1, 2)];", "3:7: error: too many arguments provided to function-like macro invocation"],
];

test.each(MISTAKES)("%j is refused", (text, ...messages) => {
  expect(messagesOf(unitOf(`\n${text}\n`))).toEqual(messages.map((message) => `definitions.h:${message}`));
});
