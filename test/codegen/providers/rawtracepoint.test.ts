import { expect, test } from "vitest";
import { compile } from "../../../codegen/compile.js";
import type { KernelFacts } from "../../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../../codegen/full-language.js";
import { savedFacts } from "../../fixtures/facts.js";

test("without the kernel's types there are no raw tracepoints", () => {
  const facts = Object.defineProperties(Object.create(savedFacts()) as KernelFacts, { btf: { value: undefined } });
  const { diagnostics } = compile({ name: "stdin", text: "rawtracepoint:sched_switch { }" }, facts, FULL_LANGUAGE);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "rawtracepoints require kernel BTF. Try using a 'tracepoint' instead.",
  ]);
});
