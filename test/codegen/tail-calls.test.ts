/** What is wrong with programs, arrays of them and tail calls, and what the object holds of them. */
import { describe, expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { type Compilation, compile } from "../../codegen/compile.js";
import type { Feature, KernelFacts } from "../../codegen/facts.js";
import { renderDiagnostics } from "../../grammar/index.js";
import { savedFacts } from "../fixtures/facts.js";

const FACTS = savedFacts();

const compileText = (text: string, facts: KernelFacts = FACTS): Compilation =>
  compile({ name: "stdin", text }, facts, FULL_LANGUAGE);

/** `TEXT: message`, with the text that is marked; contexts and hints behind it. */
const told = (text: string, facts?: KernelFacts): readonly string[] =>
  compileText(text, facts).diagnostics.flatMap(({ span, message, contexts, hints, help }) => [
    `${text.slice(span?.start, span?.end)}: ${message}`,
    ...[...contexts, ...(help.contexts ?? [])].map(
      (context) => `  ${text.slice(context.span.start, context.span.end)}: ${context.message}`,
    ),
    ...[...hints, ...(help.hints ?? [])].map((hint) => `  ${hint}`),
  ]);

/** A script with one program `p`, one slot of which is set and one called. */
const script = ({ body = "", begin = "", probe = "interval:s:1 { tail_call(@m, 3); }" }): string =>
  `let @m = progarray(4); prog p { ${body} } begin { @m[3] = p; ${begin} } ${probe}`;

test("a script without mistakes", () => expect(told(script({}))).toEqual([]));

describe("names of programs", () => {
  test("are theirs alone", () => {
    expect(told(script({ probe: "prog p { } prog pid { } interval:s:1 { tail_call(@m, 3); }" }))).toEqual([
      "p: Redefinition of program: p",
      "  p: This is the original definition.",
      "pid: 'pid' is a builtin: a program can not have its name",
    ]);
  });

  test("are known, and nothing else is put into an array", () => {
    expect(told(script({ begin: "@m[1] = q;" }))).toEqual(["q: Unknown program: 'q'", "  Programs of this script: p"]);
    expect(told('let @m = progarray(4); begin { @m[1] = q; @m[2] = 5; @m[3] = "p"; @m[0] = pid; }')).toEqual([
      "q: Unknown program: 'q'",
      "5: Type mismatch for @m: a progarray holds programs, and this is of type 'int8'",
      "  let @m = progarray(4);: @m is declared here.",
      "\"p\": Type mismatch for @m: a progarray holds programs, and this is of type 'string[2]'",
      "  let @m = progarray(4);: @m is declared here.",
      "pid: Type mismatch for @m: a progarray holds programs, and this is of type 'uint32'",
      "  let @m = progarray(4);: @m is declared here.",
    ]);
  });

  test("are values: what comes from variables and other arrays is put as well", () => {
    expect(told(script({ begin: "$p = p; if (@m[3] == p) { print($p); } @m[1] = $p; @m[2] = @m[1];" }))).toEqual([]);
  });

  test("make those reachable that a value can be", () => {
    const own = (put: string): readonly string[] =>
      told(`let @m = progarray(4); prog a { } prog b { } begin { ${put} } interval:s:1 { tail_call(@m, 3); }`);
    const unreached = (name: string): string =>
      `${name}: Program ${name} is never run: no probe comes to it by tail_call()`;
    expect(own("@m[3] = pid == 1 ? a : b;")).toEqual([]);
    expect(own("$p = a; if (pid == 1) { $p = b; } @m[3] = $p;")).toEqual([]);
    expect(own("@m[3] = a;")).toEqual([unreached("b")]);
    expect(own("$p = a; @m[3] = $p;")).toEqual([unreached("b")]);
  });
});

test("a program that nothing comes to is not told where another mistake may be why", () => {
  expect(told("let @m = progarray(4); prog serve { } begin { @m[1] = srve; tail_call(@m, 1); }")).toEqual([
    "srve: Unknown program: 'srve'",
    "  Programs of this script: serve",
  ]);
});

describe("slots", () => {
  test.each([
    ["@m[4] = p;", "4", 4],
    ["@m[-1] = p;", "-1", -1],
    ["print(has_key(@m, 4));", "4", 4],
    ["print(delete(@m, 7));", "7", 7],
    ["print(@m[9]);", "9", 9],
    ["tail_call(@m, 1 + 3);", "1 + 3", 4],
  ])("out of range: %s", (begin, marked, index) => {
    expect(told(script({ begin, probe: "begin { tail_call(@m, 3); }" }))).toEqual([
      `${marked}: Index ${index} is out of range: @m has 4 slots`,
      "  let @m = progarray(4);: @m is declared here.",
    ]);
  });

  test("are numbers", () => {
    expect(told(script({ begin: '@m["a"] = p; tail_call(@m, comm);', probe: "begin { }" }))).toEqual([
      "\"a\": Slots of @m are numbers, and this is of type 'string[2]'",
      "  let @m = progarray(4);: @m is declared here.",
      "comm: Slots of @m are numbers, and this is of type 'string[16]'",
      "  let @m = progarray(4);: @m is declared here.",
    ]);
  });

  test("have numbers of any kind", () => {
    const begin = "$a = (uint64)1; $b = (int32)2; @m[$a] = p; @m[$b] = p; @m[cpu] = p; print(has_key(@m, $b));";
    expect(told(script({ begin }))).toEqual([]);
  });

  test("are not calculated with", () => {
    expect(told(script({ begin: "@m[1] += p; @m[1]++; zero(@m);" }))).toEqual([
      "@m[1] += p: += can not be used with @m: a progarray holds programs",
      "  let @m = progarray(4);: @m is declared here.",
      "@m[1]++: ++ can not be used with @m: a progarray holds programs",
      "zero(@m): zero() can not be used with @m: it is a progarray",
    ]);
  });

  test("are there", () => {
    expect(told("let @m = progarray(0); begin { tail_call(@m, 1); }")[0]).toBe(
      "let @m = progarray(0);: @m must have at least one slot",
    );
  });

  test("belong to arrays, and arrays have slots", () => {
    expect(told("let @m = hash(4); begin { @m[1] = 1; tail_call(@m, 1); }")).toEqual([
      "@m: tail_call() expects a progarray (`let @m = progarray(N);`), and @m is none",
    ]);
    expect(told("let @m = progarray(4); prog p { } begin { @m = p; }")).toContain(
      "@m: @m used as a map without an explicit key (scalar map), previously used with an explicit key (non-scalar map)",
    );
  });
});

describe("who comes to a program", () => {
  test("finds the same things", () => {
    const probe = "kprobe:vfs_read { tail_call(@m, 3); } tracepoint:sched:sched_switch { tail_call(@m, 1); }";
    expect(told(script({ probe }))).toEqual([
      "p: Program p can be reached from kprobe:vfs_read and from tracepoint:sched:sched_switch: they must be of one provider, and have the same arguments",
      "  kprobe:vfs_read: It is reached from kprobe:vfs_read here.",
      "  tracepoint:sched:sched_switch: It is reached from tracepoint:sched:sched_switch here.",
    ]);
  });

  test("has the same arguments, if it asks for them", () => {
    const probe = "tracepoint:sched:sched_switch, tracepoint:syscalls:sys_enter_openat { tail_call(@m, 3); }";
    expect(told(script({ probe }))).toEqual([]);
    expect(told(script({ probe, body: "print(args.filename);" }))[0]).toBe(
      "p: Program p can be reached from tracepoint:sched:sched_switch and from tracepoint:syscalls:sys_enter_openat: they must be of one provider, and have the same arguments",
    );
  });

  test("may come by way of others", () => {
    const text = `let @a = progarray(1); let @b = progarray(1); prog p { tail_call(@b, 0); } prog q { print(args.filename); }
      begin { @a[0] = p; @b[0] = q; } tracepoint:syscalls:sys_enter_openat { tail_call(@a, 0); }`;
    expect(told(text)).toEqual([]);
  });

  test("is somebody", () => {
    expect(told("let @m = progarray(4); prog p { print(args.nothing); } begin { @m[1] = p; }")).toEqual([
      "p: Program p is never run: no probe comes to it by tail_call()",
    ]);
  });
});

test("variables end with their program", () => {
  const probe = "interval:s:1 { $x = 1; tail_call(@m, $x); }";
  expect(told(script({ body: "print($x); $own = 1; print($own);", probe }))).toEqual([
    "$x: Undefined or undeclared variable: $x",
    "  $x = 1: This $x is another one: it cannot be seen from there.",
    "  A variable lives in its block, and in one probe. A map, `@x` or `@x[tid]`, is for all.",
  ]);
});

test("loops of all kinds may have tail calls", () => {
  const probe = `interval:s:1 {
    for ($i : 0..3) { for ($kv : @n) { tail_call(@m, $kv.0); } tail_call(@m, 3); }
    unroll(2) { tail_call(@m, 3); } @n[1] = 1;
  }`;
  expect(told(script({ probe }))).toEqual([]);
});

test("break and return are the same as in probes", () => {
  expect(told(script({ body: "break;" }))).toEqual(["break;: 'break' statement is not allowed in a prog"]);
  expect(told(script({ body: "if (pid == 1) { return; } exit();" }))).toEqual([]);
});

test("old kernels are told", () => {
  const facts: KernelFacts = Object.create(FACTS, {
    supports: { value: (feature: Feature) => feature !== "tail-calls" && FACTS.supports(feature) },
  }) as KernelFacts;
  expect(told(script({}), facts)).toEqual([
    "tail_call(@m, 3): tail_call() needs a kernel where programs with functions of their own have tail calls (Linux 5.10 on x86_64)",
  ]);
});

test("what a message about a program looks like", () => {
  const { diagnostics } = compileText("let @m = progarray(4);\nprog p { }\nbegin { @m[8] = p; tail_call(@m, 1); }\n");
  expect(renderDiagnostics(diagnostics, { color: false })).toBe(
    [
      "stdin:3:12-13: ERROR: Index 8 is out of range: @m has 4 slots",
      "begin { @m[8] = p; tail_call(@m, 1); }",
      "           ~",
      "stdin:1:1-23: ERROR: @m is declared here.",
      "let @m = progarray(4);",
      "~~~~~~~~~~~~~~~~~~~~~~",
      "",
    ].join("\n"),
  );
});

test("there are as many arrays as ways in which those are loaded who use them", () => {
  const text = script({ probe: "fentry:vfs_read, fentry:vfs_open { tail_call(@m, 3); }" });
  const { object } = compileText(text);
  const [array] = object?.programArrays ?? [];
  const program = object?.programs.findIndex(({ probeName }) => probeName === "prog p");
  expect(array?.arrays.map(({ programs }) => programs)).toEqual([
    [undefined, { program, load: 0 }],
    [undefined, { program, load: 1 }],
  ]);
  const maps = array?.arrays.map(({ map }) => object?.maps[map ?? -1]);
  expect(maps?.map((map) => [map?.type, map?.maxEntries])).toEqual([
    ["prog-array", 4],
    ["prog-array", 4],
  ]);
  expect(object?.programs[program ?? 0]?.schedule).toEqual({ runs: "called" });
});
