import { expect, test } from "vitest";
import { ScriptParser } from "../../grammar/parser/rules.js";
import { expressionShape, parseText } from "./support.js";

/** For each rule of the grammar a script that breaks it, and what is said of that: the reference's first message. */
const BROKEN: Readonly<Record<string, readonly [script: string, message: string]>> = {
  argument: ["begin { print(1, ]); }", "1:18-19 syntax: expected expression"],
  arguments: ["begin { print(1; }", "1:16-17 syntax: expected ')'"],
  block: ["begin { print(1)", "1:17-17 syntax: expected ';'"],
  bound: ["begin { for ($i : ..3) { } }", "1:19-20 syntax: expected expression"],
  config: ["config = max_strlen { } begin { }", "1:10-20 syntax: expected '{'"],
  expression: ["begin { $x = 1 + ; }", "1:18-19 syntax: expected expression"],
  forStatement: ["begin { for $i @m { } }", "1:16-18 syntax: expected ':'"],
  ifExpression: ["begin { $x = if (1) 5; }", "1:21-22 syntax: expected '{'"],
  importStatement: ["begin { import x; }", "1:16-17 syntax: expected string after 'import'"],
  iterable: ['begin { for ($kv : "a") { } }', "1:25-26 syntax: expected map or range in for loop"],
  jump: ["begin { return ]; }", "1:16-17 syntax: expected expression"],
  keyParts: ["begin { @m[1, ] = 1; }", "1:15-16 syntax: expected expression"],
  letStatement: ["begin { let x; }", "1:13-14 syntax: expected variable after 'let'"],
  macro: ["macro f { } begin { }", "1:9-10 syntax: expected '('"],
  macroParam: ["macro f(1) { } begin { }", "1:9-10 syntax: expected macro argument ($var, @map, or identifier)"],
  mapDeclaration: ["let @m = ; begin { }", "1:10-11 syntax: expected map type name"],
  offsetof: ["begin { $x = offsetof(struct foo); }", "1:33-34 syntax: expected ','"],
  operand: ["begin { $x = *; }", "1:15-16 syntax: expected expression"],
  parenthesis: ["begin { $x = (1; }", "1:16-17 syntax: expected ')'"],
  probe: ["begin 5 { }", "1:7-8 syntax: expected '{'"],
  prog: ["prog { } begin { }", "1:6-7 syntax: expected program name"],
  recordField: ["begin { $x = (a = ); }", "1:19-20 syntax: expected expression"],
  rootImport: ["import 5; begin { }", "1:8-9 syntax: expected string after 'import'"],
  setting: ["config = { max_strlen 5 } begin { }", "1:23-24 syntax: expected '='"],
  simpleStatement: ["begin { $x + = 1; }", "1:14-15 syntax: expected expression"],
  statement: ["begin { 5 6; }", "1:11-12 syntax: expected ';'"],
  type: ["begin { let $x : 5; }", "1:18-19 syntax: expected type name"],
  typeOrExpression: ["begin { $x = sizeof(]); }", "1:21-22 syntax: expected expression"],
  typeQuery: ["begin { $x = sizeof 5; }", "1:21-22 syntax: expected '('"],
  typeofArgument: ["begin { f(typeof 5); }", "1:18-19 syntax: expected '('"],
  unrollStatement: ["begin { unroll (3) print(1); }", "1:20-25 syntax: expected '{'"],
  whileStatement: ["begin { while (1) print(1); }", "1:19-24 syntax: expected '{'"],
};

/** The text of a C macro: no script. */
const OF_EXPRESSIONS = "wholeExpression";

test("there is a broken script for each rule of the grammar", () => {
  const rules = Object.keys(new ScriptParser({ skipValidations: true }).getGAstProductions());
  expect([...Object.keys(BROKEN), OF_EXPRESSIONS].sort()).toEqual(rules.sort());
});

test.each(Object.entries(BROKEN))("%s: one message", (_rule, [script, message]) => {
  expect(parseText(script).messages).toEqual([message]);
});

test("what stands behind an expression", () => {
  expect(expressionShape("1 2")).toMatch(/syntax: expected end of expression/);
});

test("several of them in one script are told together", () => {
  const scripts = ["block", "forStatement", "letStatement", "type", "unrollStatement", "probe"];
  const text = scripts.map((rule) => `${BROKEN[rule]?.[0] ?? ""}\n`).join("");
  const { messages } = parseText(text.replace("print(1)\n", "print(1 }\n"));
  expect(messages.map((message) => message.replace(/^\d+:[\d-]+ /, ""))).toEqual([
    "syntax: expected ')'",
    ...scripts.slice(1).map((rule) => BROKEN[rule]?.[1].replace(/^[\d:-]+ /, "")),
  ]);
});
