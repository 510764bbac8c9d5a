import { expect, test } from "vitest";
import type { MacroParam } from "../../grammar/index.js";
import { parseText, shape } from "./support.js";

const probesOf = (text: string): string[] => {
  const { program, messages } = parseText(text);
  expect.soft(messages, text).toEqual([]);
  return program.items.flatMap((item) =>
    item.kind === "probe"
      ? [
          item.attachPoints.map((point) => point.text).join(" & ") +
            (item.predicate === undefined ? "" : ` / ${shape(item.predicate)}`),
        ]
      : [],
  );
};

test("attach points are raw text", () => {
  const rows: readonly (readonly [text: string, ...expected: string[]])[] = [
    ["begin{}", "begin"],
    ["BEGIN { } END { }", "BEGIN", "END"],
    ["begin, end, { }", "begin & end"],
    ["begin , // one\n /* two */ end\n{ }", "begin & end"],
    ["tracepoint:syscalls:sys_enter_* { }", "tracepoint:syscalls:sys_enter_*"],
    ["kprobe:f+0x10,kretprobe:g{}", "kprobe:f+0x10 & kretprobe:g"],
    ['uprobe:"/a b,{c}":f { }', 'uprobe:"/a b,{c}":f'],
    ['uprobe:"a\\"b c":f { }', 'uprobe:"a\\"b c":f'],
    ["begin/1/{}", "begin / 1"],
    ["begin/ pid == 1 /{}", "begin / (== pid 1)"],
    ["interval:ms:5 /1/ {}", "interval:ms:5 / 1"],
    ["interval:ms:5/1/{}", "interval:ms:5/1/"],
    ["uprobe:/bin/sh:f {}", "uprobe:/bin/sh:f"],
    ["begin//x\n{}", "begin//x"],
    ["begin/*x*/{}", "begin/*x*/"],
    ["begin /*x*/{}", "begin"],
    ["begin // x\n{}", "begin"],
    ["format:x { }", "format:x"],
    ["$1 { }", "$1"],
    ["kprobe:\xe9 { }", "kprobe:\xe9"],
  ];
  for (const [text, ...expected] of rows) expect.soft(probesOf(text), text).toEqual(expected);
});

test("a predicate ends at the slash before the brace", () => {
  const rows: readonly (readonly [text: string, expected: string])[] = [
    ["begin / $x / 2 == 1 / { }", "begin / (== (/ $x 2) 1)"],
    ["begin / 4 / 2 / /* c */ // d\n { }", "begin / (/ 4 2)"],
    ["begin / if (1) { 2 } else { 3 } / { }", "begin / (if 1 (block 2) (block 3))"],
    ["begin /*c*/ /1/ { }", "begin / 1"],
    ["begin, / 1 / { }", "begin / 1"],
    ["begin /1/ { $x = 8 / { 2 }; }", "begin / 1"],
  ];
  for (const [text, expected] of rows) expect.soft(probesOf(text), text).toEqual([expected]);
});

test("C definitions are kept as text, up to the semicolon", () => {
  const { program, messages } = parseText(
    [
      "#!/usr/bin/tsbt",
      "#include <linux/path.h>",
      "  #define A { // x",
      "struct foo { int a; struct { char b; } c; /* } */ };",
      'union bar { char c[sizeof("}")]; } __attribute__((packed)) __attribute__((aligned(4)))',
      "enum e { A = '}' }",
      "begin { }",
    ].join("\n"),
  );
  expect(messages).toEqual([]);
  expect(program.cDefinitions.map((definition) => definition.text)).toEqual([
    "#include <linux/path.h>",
    "#define A { // x",
    "struct foo { int a; struct { char b; } c; /* } */ };",
    'union bar { char c[sizeof("}")]; } __attribute__((packed)) __attribute__((aligned(4)));',
    "enum e { A = '}' };",
  ]);
  expect(program.items.map((item) => item.kind)).toEqual(["probe"]);
});

test("a config block has settings of every kind", () => {
  const { program, messages } = parseText(
    'config = { a = 1; b = "x"; C = true; d = false; e = PER_PID; import = 1k }'.replace("1k", "0x10"),
  );
  expect(messages).toEqual([]);
  expect(program.config?.settings.map(({ name, value }) => [name, value])).toEqual([
    ["a", 1n],
    ["b", "x"],
    ["C", true],
    ["d", false],
    ["e", "PER_PID"],
    ["import", 16n],
  ]);
  for (const text of ["config = { }", "config = { a = 1 }", "config = { a = 1;; b = 2; }"]) {
    expect.soft(parseText(text).messages, text).toEqual([]);
  }
});

test("imports and config come in either order", () => {
  const { program, messages } = parseText('import "a.bt"; config = { a = 1 } import "b"; begin { }');
  expect(messages).toEqual([]);
  expect(program.imports.map(({ path }) => path)).toEqual(["a.bt", "b"]);
});

test("map declarations", () => {
  const { program, messages } = parseText("let @a = hash(5000); let @b = lruhash(0x10) begin { }");
  expect(messages).toEqual([]);
  expect(
    program.items.map((item) => (item.kind === "map-declaration" ? [item.map, item.mapKind, item.entries] : item.kind)),
  ).toEqual([["@a", "hash", 5000n], ["@b", "lruhash", 16n], "probe"]);
});

test("macros take variables, maps and names", () => {
  const { program, messages } = parseText("macro m($v, @m, x) { $v + x } macro if() { } begin { m(1) }");
  expect(messages).toEqual([]);
  const kinds = (params: readonly MacroParam[]): string[] => params.map(({ kind, name }) => `${kind} ${name}`);
  expect(program.items.map((item) => (item.kind === "macro" ? [item.name, ...kinds(item.params)] : item.kind))).toEqual(
    [["m", "variable $v", "map @m", "identifier x"], ["if"], "probe"],
  );
});

test("programs have a name and a body; `prog` is no reserved word", () => {
  const { program, messages } = parseText(
    "prog p { 1 } prog prog { } prog:x { } prog=begin { prog } begin { $x = prog; }",
  );
  expect(messages).toEqual([]);
  expect(program.items.map((item) => (item.kind === "prog" ? item.name : item.kind))).toEqual([
    "p",
    "prog",
    "probe",
    "probe",
    "probe",
  ]);
});

test("an empty script, and one of comments, has no items", () => {
  for (const text of ["", " \t\r\n", "// x", "/* never closed { } ", "#!/bin/x"]) {
    const { program, messages } = parseText(text);
    expect.soft(messages, text).toEqual([]);
    expect.soft(program.items, text).toEqual([]);
  }
});
