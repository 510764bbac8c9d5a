import { expect, test } from "vitest";
import {
  definition,
  describeType,
  diagnostics,
  documentationOf,
  format,
  hover,
  rename,
  signature,
  tokens,
} from "../../service/index.js";
import { cursorIn, FACTS } from "./at-cursor.js";

const hoverAt = (marked: string): readonly string[] => {
  const { text, offset } = cursorIn(marked);
  return hover(text, offset, FACTS)?.lines ?? [];
};

test.each([
  ["BEGIN { print(|comm); }", ["comm: string[16]", "Name of the current task."]],
  ["BEGIN { @ = h|ist(1); }", ["hist(n: int[, bits: int])", "Counts values in power-of-two buckets."]],
  ["BEGIN { $|x = curtask; print($x); }", ["$x: struct task_struct *"]],
  ["BEGIN { @a[pid] = 1; print(@|a[1]); }", ["@a[1]: int8"]],
  ["BEGIN { @x[1] = curtask; for ($|kv : @x) { print($kv.0); } }", ["$kv: (int8,struct task_struct *)"]],
  ["BEGIN { if (1) { $|y = comm } }", ["$y: string[16]"]],
  ["BEGIN { print(curtask.|tgid); }", ["int32 tgid"]],
  ["BEGIN { |if (1) { } }", ["if", "Chooses a block by a condition; as an expression it has a value."]],
  ["|BEGIN { }", ["begin"]],
  ["BEGIN { 1 +| 2 }", []],
])("hover: %s", (marked, expected) => {
  const lines = hoverAt(marked);
  expect(lines.length === 0).toBe(expected.length === 0);
  for (const [i, line] of expected.entries()) expect(lines[i]).toContain(line);
});

test("hover over a tracepoint shows what it passes", () => {
  expect(hoverAt("tracepoint:syscalls:sys_enter_|openat { }")).toContain("  const char * filename");
});

test("a type of the kernel, with offsets and sizes", () => {
  const [head, ...fields] = describeType("struct list_head", FACTS);
  expect(head).toBe("struct list_head: 16 bytes");
  expect(fields.map((line) => line.replaceAll(/ +/g, " ").trim())).toEqual([
    "+0 8 struct list_head * next",
    "+8 8 struct list_head * prev",
  ]);
  expect(describeType("struct no_such_thing", FACTS)).toEqual([]);
});

test.each([
  ['BEGIN { printf("%d", |', "printf", 1],
  ["BEGIN { @ = hist(|", "hist", 0],
  ["BEGIN { @ = lhist(f(1, 2), (3), |", "lhist", 2],
  ['BEGIN { printf("%d %d", 1, (2), 3|', "printf", 1],
  ["BEGIN { find(@m, |", "find", 1],
])("signature: %s", (marked, name, active) => {
  const { text, offset } = cursorIn(marked);
  const found = signature(text, offset, FACTS);
  expect(found?.label.startsWith(`${name}(`)).toBe(true);
  expect(found?.active).toBe(active);
});

test.each(["BEGIN { |", "BEGIN { print(1); |", "|", "BEGIN { if (|"])("no call: %s", (marked) => {
  const { text, offset } = cursorIn(marked);
  expect(signature(text, offset, FACTS)).toBeUndefined();
});

test("diagnostics have codes and places", () => {
  const [first] = diagnostics("BEGIN { print(nothing); }", FACTS).diagnostics;
  expect(first).toMatchObject({ severity: "error", span: { start: 14, end: 21 } });
  expect(diagnostics("BEGIN { print(1); }", FACTS).diagnostics).toEqual([]);
  expect(diagnostics("struct s { nothing x; }; BEGIN { print(sizeof(struct s)); }", FACTS).cFailure).not.toBe("");
});

const kinds = (text: string): readonly string[] =>
  tokens(text, FACTS).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

test("tokens of a script, whatever it lacks", () => {
  expect(kinds('tracepoint:syscalls:sys_enter_open /pid > 1/ { @a[comm] = count(); $x.f = "s')).toEqual([
    "provider tracepoint",
    "probe syscalls:sys_enter_open",
    "operator /",
    "builtin pid",
    "operator >",
    "number 1",
    "operator /",
    "map @a",
    "builtin comm",
    "operator =",
    "function count",
    "variable $x",
    "operator .",
    "member f",
    "operator =",
    'wrong "s',
  ]);
  expect(kinds("#define A 1\nstruct s { int a; };\nmacro m(x) { x } BEGIN { m(1); (struct s *)0 } // end")).toEqual([
    "c-text #define A 1",
    "c-text struct s { int a; };",
    "keyword macro",
    "macro m",
    "name x",
    "name x",
    "provider BEGIN",
    "macro m",
    "number 1",
    "keyword struct",
    "type s",
    "operator *",
    "number 0",
    "comment // end",
  ]);
  for (const text of ["", "}", "{{{", "/", "kprobe:", "config = {", "import ", "let @", '"', "$", "\x80\xff"])
    kinds(text);
});

test("definitions: variables by block, maps and macros by name", () => {
  const at = (marked: string): string | undefined => {
    const { text, offset } = cursorIn(marked);
    const place = definition(text, offset);
    return place && `${text.slice(place.start, place.end)}@${place.start}`;
  };
  expect(at("BEGIN { $x = 1; if (1) { print($|x); } }")).toBe("$x@8");
  expect(at("BEGIN { if (1) { $x = 1; } if (2) { $x = 2; print($|x); } }")).toBe("$x@36");
  expect(at("END { @m = 1; } BEGIN { print(@|m); }")).toBe("@m@6");
  expect(at("macro twice(x) { x * 2 } BEGIN { print(twi|ce(1)); }")).toBe("twice@6");
  expect(at("prog hello { } BEGIN { @m[1] = hel|lo; }")).toBe("hello@5");
  expect(at("let @m = hash(5); BEGIN { @|m[1] = 1; }")).toBe("@m@4");
  expect(at("BEGIN { print(co|mm); }")).toBeUndefined();
});

test("renaming", () => {
  const renamed = (marked: string, name: string): string => {
    const { text, offset } = cursorIn(marked);
    const result = rename(text, offset, name, FACTS);
    return result.kind === "renamed" ? result.text : result.reason;
  };
  expect(renamed("BEGIN { $|x = 1; print($x); } END { $x = 2; }", "$y")).toBe(
    "BEGIN { $y = 1; print($y); } END { $x = 2; }",
  );
  expect(renamed("BEGIN { @m[1] = 1; } END { clear(@|m); }", "n")).toBe("BEGIN { @n[1] = 1; } END { clear(@n); }");
  expect(renamed("BEGIN { $|x = 1; $y = 2; }", "y")).toBe("'$y' is there already");
  expect(renamed("BEGIN { $|x = 1; }", "1")).toBe("'1' is not a name");
  expect(renamed("macro m(x) { x } BEGIN { |m(1); }", "count")).toBe("'count' is a name of the language");
  expect(renamed("BEGIN { |comm; }", "x")).toBe("there is no variable, map, macro or program of this script");
});

test("format", () => {
  expect(format("BEGIN{print(1)}")).toMatchObject({ kind: "formatted", text: "BEGIN\n{\n  print(1);\n}\n" });
  expect(format("BEGIN {")).toMatchObject({ kind: "wrong" });
});

test("every definition of the language has documentation", () => {
  const { functions, builtins, providers, macros } = FACTS.language;
  for (const name of [...functions.keys(), ...builtins.keys(), ...providers.keys(), ...macros.map((m) => m.name)]) {
    const [first] = documentationOf(name, FACTS.language);
    expect(first?.summary, name).toMatch(/\w/);
  }
});
