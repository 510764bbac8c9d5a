import { expect, test } from "vitest";
import { ACCEPTED_BODIES } from "./accepted-bodies.js";
import { bodyShape, parseText } from "./support.js";

const check = (rows: readonly (readonly [body: string, expected: string])[]): void => {
  for (const [body, expected] of rows) expect.soft(bodyShape(body), body).toBe(expected);
};

test("assignments", () => {
  check([
    ["$x = 1;", "(block (= $x 1))"],
    ["@m = 1", "(block (= @m 1))"],
    ["@m[1, 2] += 3;", "(block (+= (map-access @m 1 2) 3))".replace("@m 1 2", "@m (tuple 1 2)")],
    ["$x <<= 1; $x >>= 2;", "(block (<<= $x 1) (>>= $x 2))"],
    ["$x = $y == 1 ? 2 : 3;", "(block (= $x (? (== $y 1) 2 3)))"],
    ["_ = f();", "(block (discard (call f)))"],
    ["_;", "(block _;)"],
    ["_ == 1;", "(block (== _ 1);)"],
  ]);
});

test("a last expression without semicolon is the value of its block", () => {
  check([
    ["5", "(block 5)"],
    ["5;", "(block 5;)"],
    ["$x = 1; $x", "(block (= $x 1) $x)"],
    ["if (1) { 2 }", "(block (if 1 (block 2)))"],
    ["if (1) { 2 };", "(block (if 1 (block 2));)"],
    ["", "(block)"],
  ]);
});

test("after braces the semicolon is optional, but an operator goes on", () => {
  check([
    ["if (1) { } print(2);", "(block (if 1 (block)); (call print 2);)"],
    ["{ 1 } { 2 } $x = 3;", "(block (block 1); (block 2); (= $x 3))"],
    ["if (1) { 2 } -1;", "(block (- (if 1 (block 2)) 1);)"],
    ["if (1) { 2 } *$p;", "(block (* (if 1 (block 2)) $p);)"],
    ["if (1) { 2 } (3);", "(block (if 1 (block 2)); 3;)"],
    ["1 + { 2 } print(3);", "(block (+ 1 (block 2)); (call print 3);)"],
  ]);
});

test("a statement that starts with $ or @ is no ternary", () => {
  check([
    ["($x == 3) ? f() : g();", "(block (? (== $x 3) (call f) (call g));)"],
    ["pid == 1 ? f() : g();", "(block (? (== pid 1) (call f) (call g));)"],
    ["$x == 3", "(block (== $x 3))"],
    ["$x++; @m[1]--;", "(block (x++ $x); (x-- (map-access @m 1));)"],
    ["$1 ? 2 : 3;", "(block (? $1 2 3);)"],
  ]);
});

test("declarations", () => {
  check([
    ["let $x;", "(block (let $x))"],
    ["let $x: uint8;", "(block (let $x <uint8>))"],
    ["let $x : struct foo * = 0;", "(block (let $x (pointer-type <struct foo>) 0))"],
    ['let $x: string[8] = "a"', '(block (let $x (array 8 <string>) "a"))'],
    ["let $x: typeof($y) = 1;", "(block (let $x (typeof-type $y) 1))"],
    ["let $let = 1", "(block (let $let 1))"],
  ]);
});

test("loops and jumps", () => {
  check([
    ["for ($i : 0..3) { break; }", "(block (for $i (range 0 3) (block (break))))"],
    ["for $i : $a..@m[1] { continue }", "(block (for $i (range $a (map-access @m 1)) (block (continue))))"],
    ["for ($i : (-1)..f()) { }", "(block (for $i (range (- 1) (call f)) (block)))"],
    ["for ($i : (uint8)1..(int8)$x) { }", "(block (for $i (range (cast <uint8> 1) (cast <int8> $x)) (block)))"],
    ["for $kv : @m { } print(1)", "(block (for $kv @m (block)) (call print 1))"],
    ["while ($x < 3) { $x++ }", "(block (while (< $x 3) (block (x++ $x))))"],
    ["while 1 { }", "(block (while 1 (block)))"],
    ["unroll (3) { f() }", "(block (unroll 3 (block (call f))))"],
    ["return; return 1; return", "(block (return) (return 1) (return))"],
    ['import "stdlib/x";', "(block (import stdlib/x))"],
  ]);
});

test("names that only look like keywords start expressions", () => {
  check([
    ["format;", "(block format;)"],
    ["forx(1); whiles; returned", "(block (call forx 1); whiles; returned)"],
  ]);
});

test("the scripts of the reference are accepted", () => {
  for (const body of ACCEPTED_BODIES) expect.soft(parseText(`begin { ${body} }`).messages, body).toEqual([]);
});
