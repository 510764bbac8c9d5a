/** The compiler knows no function, builtin or provider by itself: it is handed a language. */
import { type Codec, nothing } from "../../codegen/codec/index.js";
import { describe, expect, test } from "vitest";
import { type Compilation, compile } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { printProgram } from "../../codegen/ir/print.js";
import { defineBuiltin } from "../../codegen/language/builtin.js";
import { defineFunction, firstArgument } from "../../codegen/language/function.js";
import { defineLanguage } from "../../codegen/language/language.js";
import { scalar } from "../../codegen/language/lowering.js";
import { defineTracerProvider } from "../../codegen/language/provider.js";
import { INT64 } from "../../codegen/types/type.js";
import { savedFacts } from "../fixtures/facts.js";

const doc = { summary: "A test needs it.", example: undefined };

const double = defineFunction({
  name: "double",
  doc,
  params: [{ name: "n", kind: "value", accepts: ["int"] }],
  result: INT64,
  lower: (cx, call) => scalar(cx.b.alu("mul", cx.value(firstArgument(call)), cx.b.int(2))),
});

const answer = defineBuiltin({ name: "answer", doc, type: INT64, lower: (cx) => scalar(cx.b.int(42)) });

/** Attached to whatever its one part says. */
const tick = defineTracerProvider<unknown>({
  name: "tick",
  aliases: ["t"],
  doc,
  partCounts: [1],
  wildcard: "kernel",
  codec: nothing as Codec<unknown>,
  pidFilter: "none",
  schedule: { runs: "before" },
  ways: [{ name: "", isMulti: false, expectedAttach: "none", needs: [], cookie: undefined }],
  parse: ({ all }) => ({ of: all[0]?.text }),
  expand: (point) => ({ candidates: [{ point, name: "tick:clock" }], missing: undefined }),
  context: () => ({
    probeType: "tick",
    programType: "raw-tracepoint",
    space: "kernel",
    args: undefined,
    isTyped: false,
    hasRegisters: false,
    hasArgN: undefined,
    retval: undefined,
    func: undefined,
    ctx: undefined,
    returns: 0,
    allows: [],
    insteadOf: {},
    isInTracer: false,
  }),
});

const TINY = defineLanguage({
  functions: [double],
  builtins: [answer],
  providers: [tick],
  library: "macro quadruple(n) { double(double(n)) }",
});

const compileTiny = (text: string): Compilation => compile({ name: "stdin", text }, savedFacts(), TINY);

describe("a language of one function, one builtin, one provider and one macro", () => {
  test("compiles scripts that use them", () => {
    const text = "t:clock { @ = quadruple(answer); }";
    const { object, diagnostics, ir } = compileTiny(text);
    expect(diagnostics).toEqual([]);
    expect(object?.attachments).toEqual([
      {
        provider: "tick",
        point: { of: "clock" },
        program: 0,
        name: "tick:clock",
        load: 0,
        cookie: undefined,
        pattern: undefined,
        trouble: undefined,
        span: { file: { name: "stdin", text }, start: 0, end: "t:clock".length },
      },
    ]);
    expect(ir.map((program) => printProgram(program)).join("")).toContain("const 168");
  });

  test.each([
    ["tick:a { print(1); }", "print"],
    ["tick:a { @ = count(); }", "count"],
    ["tick:a { @ = ppid(); }", "ppid"],
  ])("has nothing else: %s", (text, name) => {
    const { diagnostics } = compileTiny(text);
    expect(diagnostics.map(({ code, span }) => [code, text.slice(span?.start, span?.end)])).toEqual([
      ["function-unknown", expect.stringMatching(`^${name}\\(`)],
    ]);
  });

  test.each([
    ["tick:a { @ = tid; }", "identifier-unknown"],
    ["begin { @ = 1; }", "invalid-probe-type"],
    ["tra*:a:b { @ = 1; }", "no-provider-matched"],
  ])("does not know what the full one has: %s", (text, code) => {
    expect(compileTiny(text).diagnostics[0]?.code).toBe(code);
  });
});

test("the full language does not know what the tiny one has", () => {
  const compileFull = (text: string): Compilation => compile({ name: "stdin", text }, savedFacts(), FULL_LANGUAGE);
  expect(compileFull("begin { @ = double(1); }").diagnostics.map(({ code }) => code)).toEqual(["function-unknown"]);
  expect(compileFull("tick:a { @ = 1; }").diagnostics.map(({ code }) => code)).toEqual(["invalid-probe-type"]);
});

test("one name is one definition", () => {
  expect(() => defineLanguage({ functions: [double, double], builtins: [], providers: [], library: "" })).toThrow(
    "double is defined twice",
  );
});
