import { expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import type { Feature } from "../../codegen/facts.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { SnapshotFacts } from "../../src/kernel/index.js";
import { FACTS_DIRECTORY } from "../fixtures/facts.js";

const BODY = '@m[pid] = hist(nsecs); printf("%s %d\\n", comm, pid); @k[comm] = count();';

class FactsWithout extends SnapshotFacts {
  readonly #missing: readonly Feature[];

  constructor(missing: readonly Feature[]) {
    super(FACTS_DIRECTORY);
    this.#missing = missing;
  }

  override supports(feature: Feature): boolean {
    return !this.#missing.includes(feature) && super.supports(feature);
  }
}

function instructionsOf(script: string, missing: readonly Feature[] = []): number {
  const { object, diagnostics } = compile({ name: "stdin", text: script }, new FactsWithout(missing), FULL_LANGUAGE);
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return (object.programs[0]?.code.length ?? 0) / 8;
}

/** The copies of a body, or the code of a loop around it. */
const LOOP_INSTRUCTIONS = 60;

test.each([
  ["that the verifier counts", 50, [], []],
  ["of plain jumps", 100, ["unroll (80) {", "}"], []],
  ["with a callback", 100, ["unroll (80) {", "}"], ["may-goto"]],
] as const)("a long unroll is a loop %s: its body is there once", (_, turns, [open = "", close = ""], missing) => {
  const once = instructionsOf(`begin { ${BODY} }`, missing);
  const often = instructionsOf(`begin { unroll (${turns}) { ${open} ${BODY} ${close} } }`, missing);
  expect(often).toBeLessThan(once + LOOP_INSTRUCTIONS * 2);
});

test("a short unroll is copied, and its turns are folded", () => {
  expect(instructionsOf("begin { $i = 0; unroll (100) { $i += 3; } @ = $i; }")).toBe(
    instructionsOf("begin { $i = 300; @ = $i; }"),
  );
});

test("a kernel without loops of its own gets a loop that it counts", () => {
  const missing: readonly Feature[] = ["may-goto", "loop", "iter-num"];
  const once = instructionsOf(`begin { ${BODY} }`, missing);
  expect(instructionsOf(`begin { unroll (100) { unroll (80) { ${BODY} } } }`, missing)).toBeLessThan(
    once + LOOP_INSTRUCTIONS * 2,
  );
});
