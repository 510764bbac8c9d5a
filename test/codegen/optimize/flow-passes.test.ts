/** Passes over values and blocks. */
import { describe, expect, test } from "vitest";
import { parseFunction, parseProgram } from "../../../codegen/ir/parse.js";
import { printFunction, printProgram } from "../../../codegen/ir/print.js";
import { mergeBlocks } from "../../../codegen/optimize/merge-blocks.js";
import { numberValues } from "../../../codegen/optimize/number-values.js";
import { promoteSlots } from "../../../codegen/optimize/promote-slots.js";
import { removeDeadCode } from "../../../codegen/optimize/remove-dead-code.js";
import { removeFunctions } from "../../../codegen/optimize/remove-functions.js";
import { removeParams } from "../../../codegen/optimize/remove-params.js";
import { renumber } from "../../../codegen/optimize/renumber.js";
import { shareCalls } from "../../../codegen/optimize/share-calls.js";
import { threadJumps } from "../../../codegen/optimize/thread-jumps.js";
import { checkPass, checkUnchanged, program } from "./check-pass.js";

describe("share-calls", () => {
  test("a helper that is constant for a firing is called once, across blocks", () => {
    checkPass(
      [shareCalls],
      "v3 = call get_current_pid_tgid()\nbranch eq v3, v1, b1, b2\nb1:\nv4 = call get_current_pid_tgid()\nexit v4\nb2:\nexit v2",
      "v3 = call get_current_pid_tgid()\nbranch eq v3, v1, b1, b2\nb1:\nexit v3\nb2:\nexit v2",
    );
  });

  test("calls with the same arguments are the same", () => {
    checkPass(
      [shareCalls],
      "v3 = call get_attach_cookie(v0)\nv4 = call get_attach_cookie(v0)\nv5 = add v3, v4\nexit v5",
      "v3 = call get_attach_cookie(v0)\nv5 = add v3, v3\nexit v5",
    );
  });

  test("a call in a loop moves in front of all loops around it", () => {
    checkPass(
      [shareCalls],
      "jump b1\nb1:\njump b2\nb2:\nv3 = call get_current_uid_gid()\nbranch eq v3, v1, b2, b3\nb3:\nbranch eq v3, v2, b1, b4\nb4:\nexit v3",
      "v3 = call get_current_uid_gid()\njump b1\nb1:\njump b2\nb2:\nbranch eq v3, v1, b2, b3\nb3:\nbranch eq v3, v2, b1, b4\nb4:\nexit v3",
    );
  });

  test.each([
    ["what changes", "v3 = call ktime_get_ns()\nv4 = call ktime_get_ns()\nv5 = sub v4, v3\nexit v5"],
    [
      "what another arm has called",
      "branch eq v1, v2, b1, b2\nb1:\nv3 = call get_current_task()\nexit v3\nb2:\nv4 = call get_current_task()\nexit v4",
    ],
  ])("%s is called again", (_, text) => {
    checkUnchanged(shareCalls, text);
  });
});

describe("number-values", () => {
  test.each([
    [
      "equal arithmetic",
      "v3 = add v1, v2\nv4 = add v2, v1\nv5 = mul v3, v4\nexit v5",
      "v3 = add v1, v2\nv5 = mul v3, v3\nexit v5",
    ],
    [
      "arithmetic on what has become equal",
      "v3 = const 5\nv4 = const 5\nv5 = shl v1, v3\nv6 = shl v1, v4\nv7 = xor v5, v6\nexit v7",
      "v3 = const 5\nv5 = shl v1, v3\nv7 = xor v5, v5\nexit v7",
    ],
    [
      "a dominating block's",
      "v3 = sub v1, v2\nbranch eq v1, v2, b1, b2\nb1:\nv4 = sub v1, v2\nexit v4\nb2:\nexit v1",
      "v3 = sub v1, v2\nbranch eq v1, v2, b1, b2\nb1:\nexit v3\nb2:\nexit v1",
    ],
  ])("%s is computed once", (_, before, after) => {
    checkPass([numberValues], before, after);
  });

  test.each([
    ["differences the other way round", "v3 = sub v1, v2\nv4 = sub v2, v1\nv5 = mul v3, v4\nexit v5"],
    ["loads", "v3 = load u8 [v0 + 0]\nv4 = load u8 [v0 + 0]\nv5 = add v3, v4\nexit v5"],
    ["the other arm's", "branch eq v1, v2, b1, b2\nb1:\nv3 = add v1, v2\nexit v3\nb2:\nv4 = add v1, v2\nexit v4"],
  ])("%s are not the same", (_, text) => {
    checkUnchanged(numberValues, text);
  });
});

describe("remove-params", () => {
  const arms = (a: string, b: string, rest: string): string =>
    `branch eq v1, v2, b1, b2\nb1:\n${a}\nb2:\n${b}\n${rest}`;
  test.each([
    ["one value", arms("jump b3(v1)", "jump b3(v1)", "b3(v3):\nexit v3"), arms("jump b3", "jump b3", "b3:\nexit v1")],
    [
      "one constant",
      arms("v4 = const 7\njump b3(v4)", "v5 = const 7\njump b3(v5)", "b3(v3):\nexit v3"),
      arms("jump b3", "jump b3", "b3:\nv3 = const 7\nexit v3"),
    ],
    [
      "a loop that passes itself",
      "jump b1(v1)\nb1(v3):\nbranch eq v3, v2, b1(v3), b2\nb2:\nexit v3",
      "jump b1\nb1:\nbranch eq v1, v2, b1, b2\nb2:\nexit v1",
    ],
    [
      "twins",
      arms("jump b3(v1, v1)", "jump b3(v2, v2)", "b3(v3, v4):\nv5 = sub v3, v4\nexit v5"),
      arms("jump b3(v1)", "jump b3(v2)", "b3(v3):\nv5 = sub v3, v3\nexit v5"),
    ],
  ])("%s is no choice", (_, before, after) => {
    checkPass([removeParams], before, after);
  });

  test.each([
    ["two values", arms("jump b3(v1)", "jump b3(v2)", "b3(v3):\nexit v3")],
    [
      "a pointer that loses its null",
      "v3 = const 0\nv4: map = map 0\nv5: frame = slot-address s0\nv6: map-value-or-null = call map_lookup_elem(v4, v5)\n" +
        "branch ne v6, v3, b1(v6), b2\nb1(v7: map-value):\nv8 = load u64 [v7 + 0]\nexit v8\nb2:\nexit v3",
    ],
  ])("%s stays", (_, text) => {
    checkUnchanged(removeParams, text);
  });
});

describe("thread-jumps", () => {
  test("an empty block is passed by", () => {
    checkPass(
      [threadJumps],
      "branch eq v1, v2, b1, b2\nb1:\njump b2\nb2:\nexit v1",
      "branch eq v1, v2, b2, b2\nb2:\nexit v1",
    );
  });

  test("arguments are passed on", () => {
    checkPass(
      [threadJumps],
      "branch eq v1, v2, b1(v2), b2(v1)\nb1(v3):\njump b2(v3)\nb2(v4):\nexit v4",
      "branch eq v1, v2, b2(v2), b2(v1)\nb2(v4):\nexit v4",
    );
  });

  test("a branch on a constant that an edge brings is decided", () => {
    checkPass(
      [threadJumps],
      "v3 = const 0\nv4 = const 1\nbranch eq v1, v2, b1, b3(v3)\nb1:\nbranch ult v1, v2, b3(v4), b3(v3)\n" +
        "b3(v5):\nv6 = const 0\nbranch ne v5, v6, b4, b5\nb4:\nexit v1\nb5:\nexit v2",
      "branch eq v1, v2, b1, b5\nb1:\nbranch ult v1, v2, b4, b5\nb4:\nexit v1\nb5:\nexit v2",
    );
  });

  test("what the block defines may be used below the other arm", () => {
    checkPass(
      [threadJumps],
      "v3 = const 0\nbranch eq v1, v2, b1(v2), b1(v3)\nb1(v4):\nbranch ugt v4, v3, b2, b3(v3)\nb2:\nv5 = add v4, v1\njump b3(v5)\nb3(v6):\nexit v6",
      "v3 = const 0\nbranch eq v1, v2, b1(v2), b3(v3)\nb1(v4):\nbranch ugt v4, v3, b2, b3(v3)\nb2:\nv5 = add v4, v1\njump b3(v5)\nb3(v6):\nexit v6",
    );
  });

  test("but not below the arm that the edge would take", () => {
    checkUnchanged(
      threadJumps,
      "v3 = const 7\nbranch eq v1, v2, b1(v2), b1(v3)\nb1(v4):\nv7 = const 0\nbranch ugt v4, v7, b2, b3\nb2:\nexit v4\nb3:\nexit v1",
    );
  });

  test.each([
    ["a block whose parameter is used elsewhere", "branch eq v1, v2, b1(v1), b1(v2)\nb1(v3):\njump b2\nb2:\nexit v3"],
    ["a loop header", "v3 = const 0\njump b1(v3)\nb1(v4):\nbranch ult v4, v1, b1(v2), b2\nb2:\nexit v1"],
  ])("%s stays", (_, text) => {
    checkUnchanged(threadJumps, text);
  });
});

describe("merge-blocks", () => {
  test("a chain becomes one block", () => {
    checkPass(
      [mergeBlocks],
      "jump b1(v1)\nb1(v3):\nv4 = add v3, v2\njump b2(v4)\nb2(v5):\nexit v5",
      "v4 = add v1, v2\nexit v4",
    );
  });

  test("a block with two ways in stays", () => {
    checkUnchanged(mergeBlocks, "branch eq v1, v2, b1, b2\nb1:\njump b2\nb2:\nexit v1");
  });
});

describe("promote-slots", () => {
  test("a variable that two arms set becomes a parameter", () => {
    checkPass(
      [{ name: "promote-slots", run: promoteSlots }],
      "v3: frame = slot-address s0\nstore u64 [v3 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v3 + 0], v2\njump b2\nb2:\nv4 = load u64 [v3 + 0]\nexit v4",
      "branch eq v1, v2, b1, b2(v1)\nb1:\njump b2(v2)\nb2(v4):\nexit v4",
    );
  });
});

describe("remove-dead-code", () => {
  test.each([
    ["unused arithmetic and what it alone needs", "v3 = const 4\nv4 = add v1, v3\nv5 = mul v4, v4\nexit v1", "exit v1"],
    ["unused loads", "v3 = load u64 [v0 + 64]\nexit v1", "exit v1"],
    ["helpers without effects", "v3 = call ktime_get_ns()\nexit v1", "exit v1"],
    [
      "parameters that only a loop needs",
      "jump b1(v1)\nb1(v3):\nv4 = add v3, v2\nbranch eq v1, v2, b1(v4), b2\nb2:\nexit v1",
      "jump b1\nb1:\nbranch eq v1, v2, b1, b2\nb2:\nexit v1",
    ],
  ])("%s go", (_, before, after) => {
    const removed = renumber.run(removeDeadCode.run(parseFunction(program(before)), { maps: [] }), { maps: [] });
    checkPass([], before, after);
    expect(printFunction(removed)).not.toContain("add");
  });

  test("helpers with effects stay", () => {
    checkUnchanged(
      removeDeadCode,
      "v3: map = map 0\nv4: frame = slot-address s0\nv5 = call map_delete_elem(v3, v4)\nv6 = add v1, v2\nexit v6",
    );
  });
});

test("renumber gives dense numbers, drops slots and orders blocks", () => {
  const fn = parseFunction(
    'program f(v9: context) {\n  slot s0: 8 align 8 "unused"\n  slot s1: 8 align 8 "used"\nb0:\n  v5: frame = slot-address s1\n  v3 = load u64 [v5 + 0]\n' +
      "  branch eq v3, v3, b7, b2(v3)\nb2(v8):\n  exit v8\nb7:\n  jump b2(v3)\n}",
  );
  expect(printFunction(renumber.run(fn, { maps: [] }))).toBe(
    'program f(v0: context) {\n  slot s0: 8 align 8 "used"\nb0:\n  v1: frame = slot-address s0\n  v2 = load u64 [v1 + 0]\n' +
      "  branch eq v2, v2, b1, b2(v2)\nb1:\n  jump b2(v2)\nb2(v3):\n  exit v3\n}\n",
  );
});

test("functions that nobody names any more are removed", () => {
  const empty = (head: string): string => `${head} {\nb0:\n  v0 = const 0\n  exit v0\n}\n`;
  const main = (callee: number): string => `program main() {\nb0:\n  v0 = call-function ${callee}()\n  exit v0\n}\n`;
  const before = parseProgram(`${main(2)}${empty("subprogram unused()")}${empty("subprogram used()")}`);
  expect(printProgram(removeFunctions(before))).toBe(`${main(1)}\n${empty("subprogram used()")}`);
});
