import { expect, test } from "vitest";
import { ScriptParser } from "../../grammar/parser/rules.js";

test("the grammar has no ambiguities and no unreachable alternatives that are not meant", () => {
  expect(() => new ScriptParser({ skipValidations: false })).not.toThrow();
});
