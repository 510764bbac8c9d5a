import { expect, test } from "vitest";
import { expressionShape } from "./support.js";

const check = (rows: readonly (readonly [text: string, expected: string])[]): void => {
  for (const [text, expected] of rows) expect.soft(expressionShape(text), text).toBe(expected);
};

test("operators bind as in C, and from the left", () => {
  check([
    ["1 + 2 * 3", "(+ 1 (* 2 3))"],
    ["1 - 2 - 3", "(- (- 1 2) 3)"],
    ["2 + 3 * 4 << 1", "(<< (+ 2 (* 3 4)) 1)"],
    ["1 | 2 ^ 3 & 4", "(| 1 (^ 2 (& 3 4)))"],
    ["5 & 3 == 3", "(& 5 (== 3 3))"],
    ["1 < 2 == true", "(== (< 1 2) true)"],
    ["5 > 3 > 1", "(> (> 5 3) 1)"],
    ["a || b && c || d", "(|| (|| a (&& b c)) d)"],
    ["1 % 2 / 3", "(/ (% 1 2) 3)"],
    ["a != b >= c", "(!= a (>= b c))"],
    ["(1 + 2) * 3", "(* (+ 1 2) 3)"],
    ["1<<2>>3", "(>> (<< 1 2) 3)"],
  ]);
});

test("a ternary associates to the right, and its middle may be missing", () => {
  check([
    ["a ? b : c ? d : e", "(? a b (? c d e))"],
    ["a ? b ? c : d : e", "(? a (? b c d) e)"],
    ["a ?: b", "(?: a b)"],
    ["1 ? : 2", "(?: 1 2)"],
    ["a + 1 ? b : c", "(? (+ a 1) b c)"],
  ]);
});

test("prefixes bind tighter than binary operators and looser than postfixes", () => {
  check([
    ["-1 + 2", "(+ (- 1) 2)"],
    ["!-~*$x", "(! (- (~ (* $x))))"],
    ["*$p.f", "(* (.f $p))"],
    ["-$x++", "(- (x++ $x))"],
    ["- -1", "(- (- 1))"],
    ["&$x", "(& $x)"],
    ["&@m", "(& @m)"],
    ["*(&$x)", "(* (& $x))"],
    ["++@m[1]", "(++x (map-access @m 1))"],
    ["--$x - 1", "(- (--x $x) 1)"],
    ["comptime 5 + 1", "(+ (comptime 5) 1)"],
    ["comptime -1", "(comptime (- 1))"],
    ["a & &$x", "(& a (& $x))"],
  ]);
});

test("fields, tuple elements and indices follow any primary, across layout", () => {
  check([
    ["$a.b.c", "(.c (.b $a))"],
    ["$a->b", "(.b $a)"],
    ["$x\n . foo", "(.foo $x)"],
    ["$t.1.0", "(.0 (.1 $t))"],
    ["$a[1][2]", "(index (index $a 1) 2)"],
    ["f().g", "(.g (call f))"],
    ["1.5", "(.5 1)"],
    ["$x.let", "(.let $x)"],
    ["@m[1].f[2]", "(index (.f (map-access @m 1)) 2)"],
    ["(*args).x", "(.x (* args))"],
    ["{ 1 }.x", "(.x (block 1))"],
  ]);
});

test("maps take keys of one part or several", () => {
  check([
    ["@", "@"],
    ["@[1]", "(map-access @ 1)"],
    ["@m[1, 2]", "(map-access @m (tuple 1 2))"],
    ["@m[(1, 2)]", "(map-access @m (tuple 1 2))"],
    ["@for[$if]", "(map-access @for $if)"],
    ["@m[]", "1:4-5 syntax: expected expression"],
    ["@m[1,]", "1:6-7 syntax: expected expression"],
    ["@1a", "1:2-4 syntax: expected end of expression"],
    ["@ m", "1:3-4 syntax: expected end of expression"],
  ]);
});

test("keywords and builtins are names wherever they are not expected", () => {
  check([
    ["format", "format"],
    ["(if = 1)", "(record (.if 1))"],
    ["$if + @for", "(+ $if @for)"],
    ["a.struct", "(.struct a)"],
    ["else", "else"],
    ["config.max_strlen", "(.max_strlen config)"],
    ["f(for, let)", "(call f for let)"],
    ["while(1)", "(call while 1)"],
  ]);
});

test("whether a parenthesis is a cast is seen from the tokens alone", () => {
  const cast = (operand: string): string => `(cast <N> ${operand})`;
  check([
    ["(N) + 1", "(+ N 1)"],
    ["(N) / 2", "(/ N 2)"],
    ["(N) == 4", "(== N 4)"],
    ["(N) < 5", "(< N 5)"],
    ["(N) % 3", "(% N 3)"],
    ["(N)", "N"],
    ["(N) - 1", cast("(- 1)")],
    ["(N) * 2", cast("(* 2)")],
    ["(N) ~1", cast("(~ 1)")],
    ["(N) !x", cast("(! x)")],
    ["(N)(1, 2)", cast("(tuple 1 2)")],
    ['(N)"a"', cast('"a"')],
    ["(N)@m[1]", cast("(map-access @m 1)")],
    ["(N) & 1", "1:7-8 syntax: address-of operator (&) can only be used on a map or variable"],
    ["((N)) - 1", "(- N 1)"],
    ["(m()) - 1", "(- (call m) 1)"],
    ["(pid) - 1", "(- pid 1)"],
    ["(nsecs) - 1", "(- nsecs 1)"],
    ["(arg0) - 1", "(- arg0 1)"],
    ["(int32)$a + 1", "(+ (cast <int32> $a) 1)"],
    ["(int32)$s.f", "(cast <int32> (.f $s))"],
    ["(uint16[])(uint32)65537", "(cast (array  <uint16>) (cast <uint32> 65537))"],
    ["(struct foo *)$x", "(cast (pointer-type <struct foo>) $x)"],
    ["(int8[2][3])$x", "(cast (array 3 (array 2 <int8>)) $x)"],
    ["(int8 **)0", "(cast (pointer-type (pointer-type <int8>)) 0)"],
    ["(typeof($x))1", "(cast (typeof-type $x) 1)"],
    ["(enum E)5", "(cast <enum E> 5)"],
    ["-(int8)1", "(- (cast <int8> 1))"],
    ["(unsigned int)1", "1:11-14 syntax: expected ')'"],
    ["(a[1]) + 2", "(+ (index a 1) 2)"],
    ["(a * b)", "(* a b)"],
  ]);
});

test("parentheses make groups, tuples and records", () => {
  check([
    ["((5))", "5"],
    ["()", "(tuple)"],
    ["(5,)", "(tuple 5)"],
    ["(5, 6,)", "(tuple 5 6)"],
    ["(5, (6, 7))", "(tuple 5 (tuple 6 7))"],
    ['(a = 1, b = "x")', '(record (.a 1) (.b "x"))'],
    ["(a == 1)", "(== a 1)"],
    ["(pid = 1)", "1:6-7 syntax: expected ')'"],
    ["(a = 1,)", "1:8-9 syntax: expected identifier"],
    ["(1,,)", "1:4-5 syntax: expected expression"],
    ["(a = 1, a = 2)", "1:9-14 syntax: Named argument list already contains name: a"],
  ]);
});

test("blocks and ifs are expressions", () => {
  check([
    ["{ let $y = 2; $y * 3 }", "(block (let $y 2) (* $y 3))"],
    ["if (1 > 2) { 3 } else { 4 }", "(if (> 1 2) (block 3) (block 4))"],
    ["if a { 1 } else if b { 2 } else { 3 }", "(if a (block 1) (if b (block 2) (block 3)))"],
    ["if !$x { 1 }", "(if (! $x) (block 1))"],
    ["if comptime (a) { 1 }", "(if (comptime a) (block 1))"],
    ["1 + { 2 }", "(+ 1 (block 2))"],
  ]);
});

test("calls take expressions, and typeof", () => {
  check([
    ["f()", "(call f)"],
    ["f(1, $x + 2)", "(call f 1 (+ $x 2))"],
    ["f (1)", "(call f 1)"],
    ["pid()", "(call pid)"],
    ["m(typeof(struct foo), typeof($x))", "(call m (typeof <struct foo>) (typeof $x))"],
    ["typeof($x)", "(call typeof $x)"],
    ["f(1,)", "1:5-6 syntax: expected expression"],
    ["f(1 2)", "1:5-6 syntax: expected ')'"],
    ["f(struct foo)", "1:10-13 syntax: expected ')'"],
  ]);
});

test("the operand of sizeof and its like is a type when it may be one", () => {
  check([
    ["sizeof(int32)", "(sizeof <int32>)"],
    ["sizeof(comm)", "(sizeof <comm>)"],
    ["sizeof(comm())", "(sizeof (call comm))"],
    ["sizeof((comm))", "(sizeof comm)"],
    ["sizeof(pid)", "(sizeof pid)"],
    ["sizeof(int8[4])", "(sizeof (array 4 <int8>))"],
    ["sizeof((a)[1])", "(sizeof (index a 1))"],
    ["sizeof(a * b)", "(sizeof (* a b))"],
    ["sizeof(struct foo *)", "(sizeof (pointer-type <struct foo>))"],
    ["sizeof($x)", "(sizeof $x)"],
    ["sizeof(typeof($x))", "(sizeof (typeof-type $x))"],
    ["typeinfo(@m)", "(typeinfo @m)"],
    ["offsetof(struct foo, a.b)", "(offsetof a.b <struct foo>)"],
    ["offsetof(foo, a)", "(offsetof a <foo>)"],
    ["offsetof($x, a)", "(offsetof a $x)"],
  ]);
});

test("literals", () => {
  check([
    ["true && false", "(&& true false)"],
    ["$1 + $#", "(+ $1 $#)"],
    ["$01", "$1"],
    ["0..3", "1:2-3 syntax: expected end of expression"],
    ['"a\\n\\t\\r\\"\\\\"', JSON.stringify('a\n\t\r"\\')],
    ['"\\101\\x41\\X4a\\0"', JSON.stringify("AAJ\0")],
    ['"\xc3\xa9"', JSON.stringify("\xc3\xa9")],
    ["0xFFu", "1:5-6 syntax: expected end of expression"],
  ]);
});
