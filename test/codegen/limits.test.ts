import { expect, test } from "vitest";
import { compile, DEFAULT_OPTIONS } from "../../codegen/compile.js";
import { savedFacts } from "../fixtures/facts.js";

const FACTS = savedFacts();

test("a probe that is clearly too large is given up at its attach point, before it is optimised", () => {
  // Each round of the loop makes several instructions: unrolling needs little text to ask for too many.
  const body = "print(pid + 1); ".repeat(2000);
  const { object, diagnostics, ir } = compile(
    { name: "stdin", text: `begin { unroll(100) { ${body} } }` },
    FACTS,
    DEFAULT_OPTIONS,
  );
  expect(object).toBeUndefined();
  expect(ir).toEqual([]);
  expect(diagnostics.map(({ message, span }) => [message, span?.start, span?.end])).toEqual([
    ["Probe is too large: it would need more than 1000000 BPF instructions", 0, 5],
  ]);
});

test("what is not to be built ends with its types", () => {
  const { object, typed } = compile({ name: "stdin", text: "begin { @ = 1; }" }, FACTS, {
    ...DEFAULT_OPTIONS,
    isToBeBuilt: (program) => program.probes.length > 1,
  });
  expect(object).toBeUndefined();
  expect(typed?.probes).toHaveLength(1);
});
