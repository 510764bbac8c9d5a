import { expect, it } from "vitest";
import { analyseScript, listed } from "./analyse-script.js";
import { printed, typedScript } from "./typed-script.js";

const MACROS = {
  W: "3+4",
  NAME: '"abc"',
  TWICE: "W*2",
  FOO: "foobar",
  EMPTY: "",
  LONG: "5UL",
  A: "B+1",
  B: "A+1",
  comm: "5",
  PID: "pid",
};

const first = (body: string): string | undefined => {
  const [diagnostic] = analyseScript(`begin { ${body} }`, { cMacros: MACROS }).diagnostics;
  return diagnostic && listed(diagnostic);
};

it("a macro is a subtree, not text", () => {
  const typed = typedScript("begin { print(W * 2); print(TWICE); print(NAME); print(PID); print(comm); }", {
    cMacros: MACROS,
  });
  const shown = printed(typed).map((expr) => ("value" in expr ? expr.value : expr.kind));
  expect(shown).toEqual([14n, 14n, "abc", "identifier", "identifier"]);
});

it("what is no expression is refused", () => {
  expect(first("print(LONG);")).toBe("1:15-19 unable to expand macro as an expression: 5UL");
  expect(first("print(EMPTY);")).toBe("1:15-20 Unknown identifier: 'EMPTY'");
  expect(first("print(FOO);")).toBe("1:1-7 Unknown identifier: 'foobar'");
});

it("recursion ends with an error in the macro's text", () => {
  const [diagnostic] = analyseScript("begin { print(A); }", { cMacros: MACROS }).diagnostics;
  expect(diagnostic && listed(diagnostic)).toBe("1:1-2 Macro recursion: A");
  expect(diagnostic?.span?.file.name).toBe("B");
  expect(diagnostic?.expandedFrom.map((span) => span.file.name)).toEqual(["A", "stdin"]);
});

it("names behind sigils, fields and calls are left alone", () => {
  expect(first("$W = 1; @W = $W; $t = (W = 5, x = 1); print($t.W);")).toBeUndefined();
});
