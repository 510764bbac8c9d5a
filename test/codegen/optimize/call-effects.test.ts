import { describe, expect, test } from "vitest";
import { HELPERS, type HelperName } from "../../../codegen/kernel/helpers.js";
import type { Instruction } from "../../../codegen/ir/ir.js";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { effectsOfCall, HELPER_EFFECTS } from "../../../codegen/optimize/call-effects.js";

const NAMES = Object.keys(HELPERS) as readonly HelperName[];

function firstCall(text: string): Instruction {
  const [call] = parseFunction(`program f(v0: context, v1) {\nb0:\n${text}\nexit v1\n}`).blocks[0]?.instructions ?? [];
  if (call === undefined) throw new Error("no call");
  return call;
}

describe("every helper", () => {
  test.each(NAMES.filter((name) => !HELPERS[name].isConstant))("%s has its effects written down", (name) => {
    expect(HELPER_EFFECTS[name]).toBeDefined();
  });

  test.each(NAMES)("%s touches memory only through arguments that it has", (name) => {
    const { args } = HELPERS[name];
    for (const { argument, extent } of HELPER_EFFECTS[name]?.memory ?? []) {
      expect(["memory", "address"]).toContain(args[argument]);
      if (typeof extent === "object") expect(args[extent.argument]).toBe("int");
      if (extent === "key" || extent === "value") expect(args[0]).toBe("map");
    }
  });
});

test("what is constant for a firing does nothing", () => {
  expect(effectsOfCall(firstCall("v2 = call get_attach_cookie(v0)"))).toMatchObject({ isDroppable: true, memory: [] });
});

test.each(["v2 = call-kfunc bpf_unheard_of#7(v0, v1)", "v2 = call-function 0(v0, v1)"])(
  "%s may do anything",
  (text) => {
    const { isDroppable, changes, memory } = effectsOfCall(firstCall(text));
    expect({ isDroppable, changes }).toEqual({ isDroppable: false, changes: "everything" });
    expect(new Set(memory.map(({ argument }) => argument))).toEqual(new Set([0, 1]));
  },
);
