import { describe, expect, test } from "vitest";
import type { IrFunction } from "../../../codegen/ir/ir.js";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { printFunction } from "../../../codegen/ir/print.js";
import { formatFault, verifyFunction } from "../../../codegen/ir/verify.js";
import { blurValues } from "../../../codegen/optimize/blur-values.js";
import { program } from "./check-pass.js";

const ZERO_MAP = 7;

/** Two ways through each: together more paths than anyone wants to follow. What they test is new each time. */
const MANY_DIAMONDS = Array.from({ length: 16 }, (_, i) => {
  const [value, then, after] = [30 + i, 10 + 2 * i, 11 + 2 * i];
  return `v${value} = load u64 [v0 + 16]
branch ugt v${value}, v29, b${then}, b${after}
b${then}:
store u64 [v0 + 8], v2
jump b${after}
b${after}:`;
}).join("\n");

function blurred(body: string): string {
  const text = program(body.replace("MANY", `jump b9\nb9:\nv29 = const 77\n${MANY_DIAMONDS}`));
  const fn = blurValues.run(parseFunction(text), { maps: [], opaqueZero: () => ZERO_MAP });
  expect(faultsOf(fn)).toEqual([]);
  return printFunction(fn);
}

const faultsOf = (fn: IrFunction): readonly string[] => verifyFunction(fn, 1).map(formatFault);

const sums = (text: string): readonly string[] => text.match(/^ *v\d+ = add .*$/gm)?.map((line) => line.trim()) ?? [];

describe("in a function with very many paths", () => {
  test("a number that paths give different constants gets a zero that nobody knows where they meet", () => {
    const text = blurred(
      "v3 = const 0\nv4 = const 1\nbranch ugt v1, v3, b1(v3), b1(v4)\nb1(v5):\nMANY\nbranch eq v5, v3, b2, b3\nb2:\nexit v3\nb3:\nexit v4",
    );
    expect(text).toContain(`map-value ${ZERO_MAP} + 0`);
    expect(text).toContain("load volatile u64");
    expect(sums(text)).toEqual([expect.stringMatching(/add v5, v\d+/)]);
  });

  test("a number that is tested twice is blurred both times", () => {
    const text = blurred(
      "v3 = const 0\nbranch eq v2, v3, b1, b2\nb1:\njump b2\nb2:\nMANY\nbranch ugt v2, v3, b3, b4\nb3:\nexit v3\nb4:\nexit v2",
    );
    expect(sums(text)).toHaveLength(2);
  });

  test("what a slot may hold is blurred where it is tested, and so is what is computed from it", () => {
    const text = blurred(
      "v3 = const 0\nv4: frame = slot-address s0\nv5 = load u64 [v4 + 0]\nMANY\nv6 = mul v5, v2\nbranch eq v6, v3, b2, b3\nb2:\nexit v3\nb3:\nexit v1",
    );
    expect(sums(text)).toEqual([expect.stringMatching(/add v6, v\d+/)]);
  });

  test("a comparison as a value is blurred where it is made", () => {
    const text = blurred(
      "v3 = const 0\nv4 = compare ult v1, v2\nMANY\nbranch eq v4, v3, b2, b3\nb2:\nexit v3\nb3:\nexit v4",
    );
    expect(sums(text)).toEqual([expect.stringMatching(/add v4, v\d+/)]);
  });

  test("a check is made of a new number, of which the access behind it knows only that it is small", () => {
    const text = blurred(
      "v3 = const 0\nv4 = const 1\nbranch ugt v1, v3, b1(v3), b1(v4)\nb1(v5):\nMANY\nbranch ult v5, v4, b2, b3\nb2:\nv6: map-value = map-value 0 + 0\nv7: map-value = add v6, v5\nv8 = load u8 [v7 + 0]\nexit v8\nb3:\nexit v4",
    );
    expect(sums(text)).toEqual([
      expect.stringMatching(/^v47 = add v5, v\d+/),
      expect.stringMatching(/^v\d+ = add v47, v\d+/),
    ]);
    const [, checked] = /branch ult (v\d+), v4, b2, b3/.exec(text) ?? [];
    expect(text).toContain(`v7: map-value = add v6, ${checked}`);
  });

  test("without a check an access rests on the number itself, which stays as it was", () => {
    const text = blurred(
      "v3 = const 0\nv4 = const 1\nbranch ugt v1, v3, b1(v3), b1(v4)\nb1(v5):\nMANY\nv6: map-value = map-value 0 + 0\nv7: map-value = add v6, v5\nv8 = load u8 [v7 + 0]\nbranch eq v5, v4, b2, b3\nb2:\nexit v8\nb3:\nexit v4",
    );
    expect(text).toContain("v7: map-value = add v6, v5");
    expect(text).toMatch(/branch eq v47, v4/);
  });

  test("a number that is tested once is as it was", () => {
    expect(sums(blurred("v3 = const 0\nMANY\nbranch eq v2, v3, b2, b3\nb2:\nexit v3\nb3:\nexit v1"))).toEqual([]);
  });
});

test("a function with few paths is as it was", () => {
  const fn = parseFunction(
    program(
      "v3 = const 0\nbranch eq v1, v3, b1, b2\nb1:\njump b2\nb2:\nbranch eq v1, v3, b3, b4\nb3:\nexit v3\nb4:\nexit v1",
    ),
  );
  expect(blurValues.run(fn, { maps: [], opaqueZero: () => ZERO_MAP })).toBe(fn);
});
