import { describe, expect, test } from "vitest";
import { evaluateAlu, evaluateByteSwap, evaluateExtend, holds } from "../../../codegen/ir/evaluate.js";
import type { AluOp, Condition } from "../../../codegen/ir/ir.js";
import { foldConstants } from "../../../codegen/optimize/fold-constants.js";
import { afterPasses, checkPass, checkUnchanged, program } from "./check-pass.js";

const MIN = -(1n << 63n);

describe("arithmetic wraps at 64 bits, as BPF does it", () => {
  test.each<[AluOp, bigint, bigint, bigint]>([
    ["add", (1n << 63n) - 1n, 1n, MIN],
    ["sub", MIN, 1n, (1n << 63n) - 1n],
    ["mul", MIN, -1n, MIN],
    ["div", -1n, 2n, (1n << 63n) - 1n],
    ["div", 7n, 0n, 0n],
    ["mod", -1n, 16n, 15n],
    ["mod", -7n, 0n, -7n],
    ["and", -1n, 255n, 255n],
    ["shl", 1n, 63n, MIN],
    ["shl", 1n, 64n, 1n],
    ["shl", 1n, -1n, MIN],
    ["shr", -1n, 60n, 15n],
    ["sar", -16n, 2n, -4n],
    ["sar", MIN, 127n, -1n],
  ])("%s %d, %d is %d", (op, left, right, result) => {
    expect(evaluateAlu(op, left, right)).toBe(result);
    checkPass(
      [foldConstants],
      `v3 = const ${left}\nv4 = const ${right}\nv5 = ${op} v3, v4\nexit v5`,
      `v5 = const ${result}\nexit v5`,
    );
  });
});

test.each<[Condition, bigint, bigint, boolean]>([
  ["ult", -1n, 1n, false],
  ["slt", -1n, 1n, true],
  ["uge", -1n, 1n, true],
  ["sgt", 1n, -1n, true],
  ["test", 6n, 1n, false],
  ["test", 6n, 2n, true],
])("%s %d, %d is %s", (condition, left, right, result) => {
  expect(holds(condition, left, right)).toBe(result);
});

test("extensions and byte swaps", () => {
  expect(evaluateExtend(0x80n, 8, true)).toBe(-128n);
  expect(evaluateExtend(-1n, 32, false)).toBe(0xffffffffn);
  expect(evaluateByteSwap(0x1122n, 16)).toBe(0x2211n);
  expect(evaluateByteSwap(1n, 64)).toBe(1n << 56n);
  expect(evaluateByteSwap(0x80n, 64)).toBe(MIN);
});

describe("identities", () => {
  const X = "v1";
  test.each<[string, bigint, string]>([
    ["add", 0n, X],
    ["sub", 0n, X],
    ["sub", 5n, "add -5"],
    ["sub", MIN, `add ${MIN}`],
    ["mul", 0n, "0"],
    ["mul", 1n, X],
    ["mul", 8n, "shl 3"],
    ["mul", MIN, "shl 63"],
    ["div", 0n, "0"],
    ["div", 1n, X],
    ["div", 16n, "shr 4"],
    ["mod", 0n, X],
    ["mod", 1n, "0"],
    ["mod", 16n, "and 15"],
    ["and", 0n, "0"],
    ["and", -1n, X],
    ["or", 0n, X],
    ["or", -1n, "-1"],
    ["xor", 0n, X],
    ["shl", 64n, X],
    ["shr", 0n, X],
    ["sar", 128n, X],
  ])("x %s %d is %s", (op, right, result) => {
    const [alu, constant] = result.split(" ");
    const better =
      result === X
        ? "exit v1"
        : constant === undefined
          ? `v3 = const ${result}\nexit v3`
          : `v3 = const ${constant}\nv4 = ${alu} v1, v3\nexit v4`;
    checkPass([foldConstants], `v3 = const ${right}\nv4 = ${op} v1, v3\nexit v4`, better);
  });

  test.each([
    ["sub of equals is 0", "v3 = sub v1, v1", "v3 = const 0"],
    ["xor of equals is 0", "v3 = xor v1, v1", "v3 = const 0"],
    [
      "sums of constants are joined",
      "v4 = const 3\nv5 = add v1, v4\nv6 = sub v5, v4\nv7 = add v6, v4\nv3 = add v7, v4",
      "v4 = const 6\nv3 = add v1, v4",
    ],
    [
      "shifts are joined",
      "v4 = const 40\nv5 = const 20\nv6 = shl v1, v4\nv3 = shl v6, v5",
      "v4 = const 60\nv3 = shl v1, v4",
    ],
    ["all bits are shifted out", "v4 = const 40\nv6 = shr v1, v4\nv3 = shr v6, v4", "v3 = const 0"],
    ["sign bits stay", "v4 = const 40\nv6 = sar v1, v4\nv3 = sar v6, v4", "v4 = const 63\nv3 = sar v1, v4"],
    ["constants go to the right", "v4 = const 3\nv3 = add v4, v1", "v4 = const 3\nv3 = add v1, v4"],
  ])("%s", (_, before, after) => {
    checkPass([foldConstants], `${before}\nexit v3`, `${after}\nexit v3`);
  });
});

describe("known bits", () => {
  test.each([
    [
      "a mask that keeps all of a narrow load",
      "v4 = load u8 [v0 + 0]\nv5 = const 255\nv3 = and v4, v5",
      "v3 = load u8 [v0 + 0]",
    ],
    [
      "an extension of what was shifted down",
      "v4 = const 32\nv5 = shr v1, v4\nv3 = zext 32 v5",
      "v4 = const 32\nv3 = shr v1, v4",
    ],
    ["a sign extension of a positive number", "v4 = load u16 [v0 + 0]\nv3 = sext 32 v4", "v3 = load u16 [v0 + 0]"],
    ["a sign extension of a signed load", "v4 = load s16 [v0 + 0]\nv3 = sext 32 v4", "v3 = load s16 [v0 + 0]"],
    ["an extension under a narrower one", "v4 = sext 32 v1\nv3 = zext 16 v4", "v3 = zext 16 v1"],
    ["a mask under an extension", "v4 = const 65535\nv5 = and v1, v4\nv3 = sext 16 v5", "v3 = sext 16 v1"],
    ["two byte swaps", "v4 = byte-swap 16 v1\nv3 = byte-swap 16 v4", "v3 = zext 16 v1"],
    [
      "a bound that cannot be reached",
      "v4 = load u8 [v0 + 0]\nv5 = const 256\nv3 = compare ult v4, v5",
      "v3 = const 1",
    ],
  ])("%s goes", (_, before, after) => {
    checkPass([foldConstants], `${before}\nexit v3`, `${after}\nexit v3`);
  });

  test.each([
    ["a mask of an unknown value", "v3 = const 63\nv4 = and v1, v3\nexit v4"],
    ["a sign extension of a full byte", "v3 = load u8 [v0 + 0]\nv4 = sext 8 v3\nexit v4"],
    ["a bound that may be reached", "v3 = load u8 [v0 + 0]\nv4 = const 255\nv5 = compare ult v3, v4\nexit v5"],
  ])("%s stays", (_, text) => {
    checkUnchanged(foldConstants, text);
  });
});

describe("branches", () => {
  const ARMS = "\nb1:\nexit v1\nb2:\nexit v2";
  test.each([
    ["on constants are decided", "v3 = const 1\nv4 = const 2\nbranch ult v3, v4, b1, b2", "jump b1", "\nb1:\nexit v1"],
    ["on equals are decided", "branch sle v1, v1, b1, b2", "jump b1", "\nb1:\nexit v1"],
    [
      "take the condition of a comparison",
      "v3 = compare slt v1, v2\nv4 = const 0\nbranch ne v3, v4, b1, b2",
      "branch slt v1, v2, b1, b2",
      ARMS,
    ],
    [
      "take the opposite of a comparison that must not hold",
      "v3 = compare slt v1, v2\nv4 = const 0\nbranch eq v3, v4, b1, b2",
      "branch sge v1, v2, b1, b2",
      ARMS,
    ],
    [
      "exchange their arms where a condition has no opposite",
      "v3 = and v1, v2\nv4 = const 0\nbranch eq v3, v4, b1, b2",
      "branch test v1, v2, b2, b1",
      ARMS,
    ],
    [
      "look through a double negation",
      "v3 = compare ult v1, v2\nv4 = const 0\nv5 = compare eq v3, v4\nbranch eq v5, v4, b1, b2",
      "branch ult v1, v2, b1, b2",
      ARMS,
    ],
    [
      "compare before an addition",
      "v3 = const 5\nv4 = add v1, v3\nv5 = const 7\nbranch eq v4, v5, b1, b2",
      "v3 = const 2\nbranch eq v1, v3, b1, b2",
      ARMS,
    ],
  ])("%s", (_, before, after, arms) => {
    checkPass([foldConstants], before + ARMS, after + arms);
  });

  test("to one place are jumps", () => {
    checkPass([foldConstants], "branch eq v1, v2, b1, b1\nb1:\nexit v1", "jump b1\nb1:\nexit v1");
  });

  test("null checks keep their shape", () => {
    checkUnchanged(
      foldConstants,
      "v3 = const 0\nv4: map = map 0\nv5: frame = slot-address s0\nv6: map-value-or-null = call map_lookup_elem(v4, v5)\n" +
        "branch ne v6, v3, b1(v6), b2\nb1(v7: map-value):\nv8 = load u64 [v7 + 0]\nexit v8\nb2:\nexit v3",
    );
  });

  test("a comparison that checks for null becomes the check itself", () => {
    const text = (check: string): string =>
      `v3 = const 0\nv4: map = map 0\nv5: frame = slot-address s0\nv6: map-value-or-null = call map_lookup_elem(v4, v5)\n` +
      `${check}\nb1:\nexit v1\nb2:\nexit v2`;
    checkPass(
      [foldConstants],
      text("v7 = compare eq v3, v6\nbranch eq v7, v3, b1, b2"),
      text("branch ne v6, v3, b1, b2"),
    );
  });

  test("a pointer that cannot be null is not checked", () => {
    checkPass(
      [foldConstants],
      "v3 = const 0\nv4: frame = slot-address s0\nbranch eq v4, v3, b1, b2" + ARMS,
      "jump b2\nb2:\nexit v2",
    );
  });
});

describe("addresses", () => {
  test.each([
    [
      "a constant goes into the offset",
      "v3: frame = slot-address s2\nv4 = const 8\nv5: frame = add v3, v4\nstore u32 [v5 + 4], v1\nexit v1",
      "v3: frame = slot-address s2\nstore u32 [v3 + 12], v1\nexit v1",
    ],
    [
      "of copies too",
      "v3: frame = slot-address s2\nv4: frame = slot-address s0\nv6 = const 8\nv5: frame = add v3, v6\ncopy 8 align 8 [v4 + 0], [v5 + 0]\nexit v1",
      "v3: frame = slot-address s2\nv4: frame = slot-address s0\ncopy 8 align 8 [v4 + 0], [v3 + 8]\nexit v1",
    ],
    [
      "global data takes the offset itself",
      "v3: map-value = map-value 0 + 8\nv4 = const 16\nv5: map-value = add v3, v4\nv6 = load u8 [v5 + 0]\nexit v6",
      "v5: map-value = map-value 0 + 24\nv6 = load u8 [v5 + 0]\nexit v6",
    ],
    [
      "an offset of more than 16 bits stays apart",
      "v3 = const 40000\nv5: context = add v0, v3\nv6 = load u8 [v5 + 0]\nexit v6",
      "v3 = const 40000\nv5: context = add v0, v3\nv6 = load u8 [v5 + 0]\nexit v6",
    ],
    [
      "memory takes the low bytes: an extension before a store goes",
      "v3: frame = slot-address s0\nv4 = zext 32 v1\nstore u32 [v3 + 0], v4\nexit v1",
      "v3: frame = slot-address s0\nstore u32 [v3 + 0], v1\nexit v1",
    ],
    [
      "but not a narrower one",
      "v3: frame = slot-address s0\nv4 = zext 16 v1\nstore u32 [v3 + 0], v4\nexit v1",
      "v3: frame = slot-address s0\nv4 = zext 16 v1\nstore u32 [v3 + 0], v4\nexit v1",
    ],
  ])("%s", (_, before, after) => {
    checkPass([foldConstants], before, after);
  });
});

test("what cannot be reached any more is gone", () => {
  const text = program("v3 = const 0\nbranch ne v3, v3, b1, b2\nb1:\njump b3\nb2:\nexit v1\nb3:\njump b1");
  expect(afterPasses([foldConstants], text)).not.toContain("b2");
});
