import { expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { Feature } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { disassemble } from "../../codegen/bpf/index.js";
import { SnapshotFacts } from "../../src/kernel/index.js";
import { FACTS_DIRECTORY } from "../fixtures/facts.js";

class Facts extends SnapshotFacts {
  readonly #missing: Feature | undefined;

  constructor(missing: Feature | undefined) {
    super(FACTS_DIRECTORY);
    this.#missing = missing;
  }

  override supports(feature: Feature): boolean {
    return feature !== this.#missing && (feature === "current-task-btf" || super.supports(feature));
  }
}

function callsHelper(body: string, missing?: Feature): boolean {
  const text = `begin { ${body} }`;
  const { object, diagnostics } = compile({ name: "stdin", text }, new Facts(missing), FULL_LANGUAGE);
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return object.programs.some(({ code }) => disassemble(code).includes("bpf_get_current_comm"));
}

test.each([
  "@[comm] = count();",
  '@ = comm == "sh";',
  '@[pid, comm] = 1; printf("%s\\n", comm);',
  "$name = comm; print($name);",
])("the name of the current task is loaded in { %s }", (body) => expect(callsHelper(body)).toBe(false));

test("where it is only printed nothing is read of the kernel's types", () => {
  expect(callsHelper('printf("%s\\n", comm); print(comm);')).toBe(true);
});

test("places without alignment and older kernels get it from the helper", () => {
  expect(callsHelper("@[pid == 1, comm] = count();")).toBe(true);
  expect(callsHelper("@[comm] = count();", "current-task-btf")).toBe(true);
  expect(callsHelper("@[comm] = count();", "loop")).toBe(true);
});
