import { expect, it } from "vitest";
import { analyseScript } from "./analyse-script.js";
import { checkDiagnostics } from "./check-diagnostics.js";
import { printedTypes } from "./typed-script.js";

it("a macro's own variables are not the caller's", () => {
  expect(printedTypes(`macro f() { $y = "a"; $y } begin { $y = 5; print(f()); print($y); }`)).toEqual([
    "string[2]",
    "int8",
  ]);
});

it("each expansion has variables of its own", () => {
  expect(printedTypes(`macro f(x) { $y = x; $y } begin { print(f(1)); print(f("abc")); }`)).toEqual([
    "int8",
    "string[4]",
  ]);
});

it("an argument that is itself an expansion keeps its variables", () => {
  expect(printedTypes("macro f(x) { $v = 300; x + $v } begin { print(f(f(1))); }")).toEqual(["int64"]);
});

it("a type parameter is the type of its argument", () => {
  expect(printedTypes("macro f(t, x) { (t)x } begin { print(f(typeof(uint16), pid)); }")).toEqual(["uint16"]);
});

it("branches that types decide are removed before they are typed", () => {
  const script = `macro f(x) { if comptime (is_str(x)) { x } else { x + 1 } } begin { $s = "b"; print(f($s)); print(f(pid)); }`;
  expect(printedTypes(script)).toEqual(["string[2]", "uint64"]);
});

it("a parameter that takes only variables is preferred", () => {
  expect(printedTypes(`macro f(x) { 1 } macro f($x) { "v" } begin { $a = 1; print(f($a)); print(f(2)); }`)).toEqual([
    "string[2]",
    "int8",
  ]);
});

it("maps must come in as arguments", () => {
  checkDiagnostics(`
macro f() { @g = 1; }
//          ^^ macro-map
begin { f(); }
`);
});

it("errors in an expansion say where it was expanded from", () => {
  const { diagnostics } = analyseScript(`macro g(a) { a + "x" } macro f(a) { g(a) } begin { f((1, 2)); }`);
  expect(diagnostics[0]?.expandedFrom).toHaveLength(2);
});
