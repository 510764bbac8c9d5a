import { expect, test } from "vitest";
import {
  DiagnosticBag,
  parse,
  renderDiagnostics,
  span,
  type Diagnostic,
  type SourceFile,
} from "../../grammar/index.js";

const file = (text: string, name = "stdin"): SourceFile => ({ name, text });

const diagnostic = (parts: Partial<Diagnostic>): Diagnostic => ({
  code: "syntax-expected",
  severity: "error",
  message: "m",
  span: undefined,
  mark: undefined,
  contexts: [],
  hints: [],
  help: {},
  expandedFrom: [],
  ...parts,
});

const render = (parts: Partial<Diagnostic>, color = false): string => renderDiagnostics([diagnostic(parts)], { color });

/** The span of `part` in the text. */
const at = (source: SourceFile, part: string): ReturnType<typeof span> => {
  const start = source.text.indexOf(part);
  return span(source, start, start + part.length);
};

test("a tab is one column, and four characters wide", () => {
  const source = file("begin {\t$n = 1;\n\tif (1) { let $n = 2; }\n}");
  expect(
    render({
      message: "Variable $n was already declared. Variable shadowing is not allowed.",
      span: at(source, "let $n"),
      contexts: [{ span: at(source, "$n = 1"), message: "This is the initial assignment." }],
    }),
  ).toBe(`stdin:2:11-17: ERROR: Variable $n was already declared. Variable shadowing is not allowed.
    if (1) { let $n = 2; }
             ~~~~~~
stdin:1:9-15: ERROR: This is the initial assignment.
begin {    $n = 1;
           ~~~~~~
`);
});

test("a tab inside the range is underlined four times", () => {
  const source = file("a\tb c");
  expect(render({ span: at(source, "a\tb") })).toBe("stdin:1:1-4: ERROR: m\na    b c\n~~~~~~\n");
});

test("columns count bytes", () => {
  const bag = new DiagnosticBag();
  parse(file("\tbegin { $a\xc3\xa9 = 1; }", "x.bt"), bag);
  expect(renderDiagnostics(bag.all, { color: false })).toBe(`x.bt:1:12-13: ERROR: syntax: expected ';'
    begin { $a\xc3\xa9 = 1; }
              ~
`);
});

test("an empty range gives blanks", () => {
  const bag = new DiagnosticBag();
  parse(file("begin"), bag);
  expect(renderDiagnostics(bag.all, { color: false })).toBe("stdin:1:6-6: ERROR: syntax: expected '{'\nbegin\n     \n");
});

test("several lines are shown as they are, without underline", () => {
  const source = file('begin {\n\tprintf("%d\\n",\n\t\t"x");\n}', "x.bt");
  expect(render({ span: at(source, 'printf("%d\\n",\n\t\t"x")') })).toBe(
    'x.bt:2-3: ERROR: m\n\tprintf("%d\\n",\n\t\t"x");\n',
  );
});

test("the underline ends with the line", () => {
  const source = file("ab\r\ncd");
  expect(render({ span: span(source, 1, 3) })).toBe("stdin:1:2-4: ERROR: m\nab\r\n ~~\n");
});

test("contexts, hints and macro calls follow in this order", () => {
  const source = file("one two three");
  expect(
    render({
      severity: "warning",
      message: "first\n",
      span: at(source, "one"),
      contexts: [{ span: at(source, "two"), message: "second" }],
      hints: ["try\n", "again"],
      expandedFrom: [at(source, "three")],
    }),
  ).toBe(
    [
      "stdin:1:1-4: WARNING: first",
      "one two three",
      "~~~",
      "stdin:1:5-8: WARNING: second",
      "one two three",
      "    ~~~",
      "HINT: try",
      "HINT: again",
      "stdin:1:9-14: WARNING: expanded from",
      "one two three",
      "        ~~~~~",
      "",
    ].join("\n"),
  );
});

test("a message about the run as a whole has no place", () => {
  expect(render({ message: "text" })).toBe("ERROR: text\n");
});

test("only message lines are coloured", () => {
  const source = file("one");
  expect(render({ span: at(source, "one"), hints: ["h"] }, true)).toBe(
    "\x1b[31mstdin:1:1-4: ERROR: m\x1b[0m\none\n~~~\nHINT: h\n",
  );
  expect(render({ severity: "warning", message: "a\nb" }, true)).toBe("\x1b[33mWARNING: a\nb\x1b[0m\n");
});

test("of a very long line what is around the mark is shown", () => {
  const source = file(`begin { ${"a".repeat(5000)} = oops; ${"b".repeat(5000)} }`);
  const [, line = "", marks = ""] = render({ span: at(source, "oops") }).split("\n");
  expect(line).toMatch(/^\.\.\.a+ = oops; b+\.\.\.$/);
  expect(line.length).toBeLessThan(300);
  expect(line.slice(marks.indexOf("~"), marks.lastIndexOf("~") + 1)).toBe("oops");
  const [, start = ""] = render({ span: at(source, "begin") }).split("\n");
  expect(start).toMatch(/^begin \{ a+\.\.\.$/);
  const [, end = ""] = render({ span: at(source, "bbb }") }).split("\n");
  expect(end).toMatch(/^\.\.\.b+ \}$/);
});

test("a mark that is longer than what is shown ends with it", () => {
  const source = file("x".repeat(3000));
  const [, line = "", marks = ""] = render({ span: span(source, 1000, 3000) }).split("\n");
  expect(marks.length).toBeLessThanOrEqual(line.length);
  expect(marks).toMatch(/^ +~+$/);
});

test("a line of a thousand columns is shown whole", () => {
  const source = file(`${"x".repeat(990)} oops`);
  expect(render({ span: at(source, "oops") }).split("\n")[1]).toBe(source.text);
});
