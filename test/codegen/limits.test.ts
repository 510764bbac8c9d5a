import { expect, test } from "vitest";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { savedFacts } from "../fixtures/facts.js";

const FACTS = savedFacts();

test(
  "a probe that is clearly too large is given up at its attach point, before it is optimised",
  { timeout: 180_000 },
  () => {
    // Macros need little text to ask for too many instructions.
    const macros = Array.from({ length: 13 }, (_, i) => `macro m${i + 1}() { m${i}(); m${i}() } `).join("");
    const text = `macro m0() { ${"print((pid, comm, nsecs, *(uint64 *)nsecs)); ".repeat(9)} } ${macros} begin { m13(); }`;
    const { object, diagnostics, ir } = compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE);
    expect(object).toBeUndefined();
    expect(ir).toEqual([]);
    expect(diagnostics.map(({ message, span }) => [message, span?.start, span?.end])).toEqual([
      [
        "Probe is too large: it would need more than 1000000 BPF instructions",
        text.indexOf("begin"),
        text.indexOf("begin") + 5,
      ],
    ]);
  },
);

test("a probe that uses far too many maps is given up at its attach point, before it is optimised", () => {
  const maps = (count: number): string => Array.from({ length: count }, (_, i) => `@m${i}[pid] = ${i};`).join(" ");
  const text = `begin { @m0[1] = 1; } interval:s:1 { ${maps(1000)} }`;
  const { object, diagnostics, ir } = compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE);
  expect(object).toBeUndefined();
  expect(ir).toEqual([]);
  expect(diagnostics.map(({ code, message, span }) => [code, message, text.slice(span?.start, span?.end)])).toEqual([
    ["too-many-maps", "Probe uses too many maps: a BPF program can use at most 64", "interval:s:1"],
  ]);
});

test("many maps are no mistake when each probe uses a few", () => {
  const probes = Array.from({ length: 40 }, (_, p) => {
    const maps = Array.from({ length: 10 }, (_, i) => `@m${p}_${i}[pid] = ${i};`);
    return `interval:s:1 { ${maps.join(" ")} }`;
  });
  expect(compile({ name: "stdin", text: probes.join("\n") }, FACTS, FULL_LANGUAGE).object?.maps.length).toBeGreaterThan(
    256,
  );
});

test.each([
  ["variable", "$x = *$e;", "$x = *$e"],
  ["value of a map", "@m = *$e;", "@m"],
  ["key of a map", "@m[*$e] = 1;", "@m"],
  ["element whose index is not known to be small", "$x = $e[1000];", "$x = $e[1000]"],
  ["value that is sent", "print(*$e);", "print(*$e)"],
])("a %s of more bytes than programs can have is refused", (_, statement, place) => {
  for (const count of [99_999_999_999, 1_000_000_000, 150_000_000]) {
    const text = `struct E { int a[${count}]; } begin { $e = (struct E *)1; ${statement} }`;
    const { object, diagnostics } = compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE);
    expect(object).toBeUndefined();
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    expect(errors.map(({ message, span }) => [message, text.slice(span?.start, span?.end)])).toEqual([
      ["Value is too large: a probe has room for 536870911 bytes of values", place],
    ]);
  }
});

test("elements of arrays that are larger are read one by one", () => {
  const text = "struct E { int a[99999999999]; } begin { $e = (struct E *)1; print($e->a[99999999998]); }";
  expect(compile({ name: "stdin", text }, FACTS, FULL_LANGUAGE).object).toBeDefined();
});

test("what is not to be built ends with its types", () => {
  const { object, typed } = compile({ name: "stdin", text: "begin { @ = 1; }" }, FACTS, FULL_LANGUAGE, {
    ...DEFAULT_OPTIONS,
    isToBeBuilt: (program) => program.probes.length > 1,
  });
  expect(object).toBeUndefined();
  expect(typed?.probes).toHaveLength(1);
});
