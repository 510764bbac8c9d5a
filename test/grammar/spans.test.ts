import { expect, test } from "vitest";
import { textOf, visit, type AnyNode } from "../../grammar/index.js";
import { parseText } from "./support.js";

/** The texts that nodes of one kind cover. */
function textsOf(kind: AnyNode["kind"], text: string): string[] {
  const { program, messages } = parseText(text);
  expect.soft(messages, text).toEqual([]);
  const found: string[] = [];
  visit(program, (node) => {
    if (node.kind === kind) found.push(textOf(node.span));
  });
  return found;
}

test("each kind of node covers what the reference says", () => {
  const rows: readonly (readonly [kind: AnyNode["kind"], body: string, ...expected: string[]])[] = [
    ["variable", "$ab = 1;", "$ab"],
    ["map", "@ab[1] = 1; @ = 2;", "@ab", "@"],
    ["integer", "$x = 0x1F;", "0x1F"],
    ["string", '$x = "a\\n";', '"a\\n"'],
    ["identifier", "print( comm );", "comm"],
    ["call", "print (1 ) ;", "print (1 )"],
    ["binary", "$x = (1) + (2) ;", "1) + (2)"],
    ["binary", "$x = 1 + (2 * 3);", "1 + (2 * 3)", "2 * 3"],
    ["binary", "($x) == 3;", "$x) == 3"],
    ["unary", "f(- (1));", "- (1)"],
    ["step", "$x ++; -- @m[1];", "$x ++", "-- @m[1]"],
    ["cast", "f((int8)  $x);", "(int8)  "],
    ["cast", 'f((int64)"abc");', "(int64)"],
    ["field", "f((*args).x . y);", "*args).x . y", "*args).x"],
    ["index", "f($x[1] [2]);", "$x[1] [2]", "$x[1]"],
    ["field", "f($t.0);", "$t.0"],
    ["ternary", "pid ? 1 : (2);", "pid ? 1 : (2)"],
    [
      "if",
      "if (1) { 2 } else if (3) { 4 } else { 5 };",
      "if (1) { 2 } else if (3) { 4 } else { 5 }",
      "if (3) { 4 } else { 5 }",
    ],
    ["map-access", "@m[1, 2 ] = 3;", "@m[1, 2 ]"],
    ["assign", "@m[1] = 2 ; $x += (3);", "@m[1] = 2", "$x += (3)"],
    ["let", "let $x; let $y = 2;", "let $x", "let $y = 2"],
    ["let", "let $x: int8 ;", "let $x: int8"],
    ["expr-statement", "f() ; g()", "f() ;"],
    ["break", "break ;", "break ;"],
    ["return", "return 1 ;", "return 1 ;"],
    ["while", "while (1) { } f()", "while (1) { }"],
    ["unroll", "unroll (1) { } f()", "unroll (1) { }"],
    ["for", "for ($i : 0..1) { } f()", "for ($i : 0..1) { }"],
    ["range", "for ($i : 0 .. (1)) { }", "0 .. (1)"],
    ["tuple", "f((1, 2), @m[3, 4]);", "(1, 2)", "3, 4"],
    ["record", "f((a = 1 ));", "(a = 1 )"],
    ["record-field", "f((a = 1 ));", "a = 1"],
    ["named-type", "let $x: struct foo *;", "struct foo"],
    ["pointer-type", "let $x: struct foo *;", "struct foo *"],
    ["array-type", "let $x: int8[2] ;", "int8[2]"],
    ["sizeof", "f(sizeof( int8 ));", "sizeof( int8 )"],
    ["comptime", "f(comptime 5 );", "comptime 5"],
    ["discard", "_ = 5 ;", "_ = 5"],
  ];
  for (const [kind, body, ...expected] of rows) {
    expect.soft(textsOf(kind, `begin { ${body} }`), `${kind}: ${body}`).toEqual(expected);
  }
});

test("items", () => {
  const script = `#define A 1
struct s { int a; }
config = { a = 1 ; }
import "x" ;
let @m = hash(1) ;
macro f(a) { a }
prog p { 1 }
begin , kprobe:f /1/ { }`;
  const rows: readonly (readonly [kind: AnyNode["kind"], ...expected: string[]])[] = [
    ["c-definition", "#define A 1", "struct s { int a; }"],
    ["config", "config = { a = 1 ; }"],
    ["setting", "a = 1"],
    ["root-import", 'import "x"'],
    ["map-declaration", "let @m = hash(1) ;"],
    ["macro", "macro f(a) { a }"],
    ["prog", "prog p { 1 }"],
    ["probe", "begin , kprobe:f /1/ { }"],
    ["attach-point", "begin", "kprobe:f"],
    ["program", script],
  ];
  for (const [kind, ...expected] of rows) expect.soft(textsOf(kind, script), kind).toEqual(expected);
});

test("the head of a for ends with its range or map", () => {
  for (const [body, expected] of [
    ["for ($i : 0..(1) ) { }", "for ($i : 0..(1)"],
    ["for $kv : @m { }", "for $kv : @m"],
  ] as const) {
    const heads: string[] = [];
    visit(parseText(`begin { ${body} }`).program, (node) => {
      if (node.kind === "for") heads.push(textOf(node.headSpan));
    });
    expect(heads).toEqual([expected]);
  }
});
