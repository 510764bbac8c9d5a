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

/** @param levels - of macros, each of which has that text with the name of the one below it in the place of `NEXT` */
const tower = (levels: number, text: string): string =>
  Array.from({ length: levels }, (_, i) => `macro m${i + 1}(x) { ${text.replaceAll("NEXT", `m${i}`)} }`).join("\n");

it.each([
  ["what they do", "NEXT(x); NEXT(x)"],
  ["what they are given", "NEXT(x + x)"],
])("macros that double %s are an error at the call, before memory ends", (_, text) => {
  const found = analyseScript(`macro m0(x) { print(x); }\n${tower(30, text)}\nbegin { m30(1); }`).diagnostics;
  expect(found.map(({ message }) => message)).toEqual(["Macros make more than 500000 parts of a program of this call"]);
  const [{ span } = { span: undefined }] = found;
  expect(span?.file.text.slice(span.start, span.end)).toBe("m30(1)");
});

it("macros that double ten times are expanded", () => {
  const script = `macro m0(x) { print(x); }\n${tower(10, "NEXT(x); NEXT(x)")}\nbegin { m10(1); }`;
  expect(analyseScript(script).diagnostics).toEqual([]);
});
