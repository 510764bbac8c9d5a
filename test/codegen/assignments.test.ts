import { expect, test } from "vitest";
import { compile } from "../../codegen/compile.js";
import { FULL_LANGUAGE } from "../../codegen/full-language.js";
import { savedFacts } from "../fixtures/facts.js";

const FACTS = savedFacts();

/** Whether the first program looks for the entry that it assigns to, to store into it. */
function looksFirst(script: string): boolean {
  const { ir, diagnostics } = compile({ name: "stdin", text: script }, FACTS, FULL_LANGUAGE);
  const [fn] = ir[0]?.functions ?? [];
  if (fn === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const calls = fn.blocks.flatMap(({ instructions }) =>
    instructions.flatMap((i) => (i.op === "call" ? [i.helper] : [])),
  );
  const [lookup, update] = [calls.indexOf("map_lookup_elem"), calls.indexOf("map_update_elem")];
  expect(update).toBeGreaterThanOrEqual(0);
  return lookup >= 0 && lookup < update;
}

const ASSIGNING = "interval:s:1 { @s[pid] = 1; }";

test("an assignment looks for the entry, which mostly is there", () => {
  expect(looksFirst(ASSIGNING)).toBe(true);
  expect(looksFirst(`let @s = hash(10); ${ASSIGNING}`)).toBe(true);
});

test.each(["delete(@s, 1);", "delete(@s[1]);", "print(@s); clear(@s);"])(
  "where entries go it is an update: %s",
  (statement) => expect(looksFirst(`${ASSIGNING} interval:s:2 { ${statement} }`)).toBe(false),
);

test("so it is where the kernel drops the oldest", () => {
  expect(looksFirst(`let @s = lruhash(10); ${ASSIGNING}`)).toBe(false);
});
