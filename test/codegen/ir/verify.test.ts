import { describe, expect, test } from "vitest";
import { parseProgram } from "../../../codegen/ir/parse.js";
import { formatFault, verifyProgram } from "../../../codegen/ir/verify.js";

const faults = (text: string): readonly string[] => verifyProgram(parseProgram(text)).map(formatFault);

/** A program with a context `v0`, a slot and a looked-up `v4`, then `body` in block `b0`. */
const inProgram = (body: string): string => `program f(v0: context) {
  slot s0: 8 align 8 "key"
b0:
  v1 = const 0
  v2: frame = slot-address s0
  v3: map = map 0
  store u64 [v2 + 0], v1
  v4: map-value-or-null = call map_lookup_elem(v3, v2)
${body}
}`;

describe("sound programs have no faults", () => {
  test.each([
    [
      "a checked lookup",
      inProgram("branch ne v4, v1, b1(v4), b2\nb1(v5: map-value):\nv6 = load u64 [v5 + 0]\nexit v6\nb2:\nexit v1"),
    ],
    [
      "a lookup checked the other way round",
      inProgram("branch eq v4, v1, b2, b1(v4)\nb1(v5: map-value):\nv6 = load u64 [v5 + 0]\nexit v6\nb2:\nexit v1"),
    ],
    ["null where null may be", inProgram("jump b1(v1)\nb1(v5: map-value-or-null):\nexit v1")],
    ["a loop", inProgram("jump b1(v1)\nb1(v5):\nv6 = add v5, v1\nbranch ult v6, v5, b1(v6), b2\nb2:\nexit v6")],
    ["a pointer plus a number", inProgram("v5: frame = add v2, v1\nv6: frame = sub v5, v1\nexit v1")],
    [
      "a callback",
      inProgram("v5: function = function 1\nv6 = call for_each_map_elem(v3, v5, v2, v1)\nexit v1") +
        "\ncallback g(v0: map) {\nb0:\nv1 = const 0\nexit v1\n}",
    ],
  ])("%s", (_, text) => {
    expect(faults(text)).toEqual([]);
  });
});

describe("each invariant has a fault of its own", () => {
  test.each([
    ["blocks", "program f() {\n}", "no blocks"],
    ["entry without parameters", "program f() {\nb0(v0):\nexit v0\n}", "the entry has parameters"],
    ["entry without predecessors", "program f() {\nb0:\njump b0\n}", "jumps to the entry"],
    ["block ids", inProgram("jump b1\nb1:\nexit v1\nb1:\nexit v1"), "a second block of this id"],
    ["targets", inProgram("jump b7"), "there is no block b7"],
    ["target arguments", inProgram("jump b1\nb1(v5):\nexit v5"), "b1 has 1 parameters, not 0"],
    ["reachability", inProgram("exit v1\nb1:\nexit v1"), "cannot be reached"],
    ["callees", inProgram("v5 = call-function 3()\nexit v5"), "there is no function 3"],
    ["slots", inProgram("v5: frame = slot-address s1\nexit v1"), "there is no slot s1"],
    ["empty slots", 'program f(v0) {\nslot s0: 0 align 8 "x"\nb0:\nexit v0\n}', 'slot "x" is empty'],
    ["single definition", inProgram("v1 = const 2\nexit v1"), "v1 is defined a second time"],
    ["definition", inProgram("exit v9"), "v9 is not defined"],
    ["order in a block", inProgram("v5 = add v6, v1\nv6 = const 2\nexit v1"), "v6 is used before its definition"],
    [
      "dominance",
      inProgram("branch eq v1, v1, b1, b2\nb1:\nv5 = const 1\njump b2\nb2:\nexit v5"),
      "v5 of b1 does not dominate this use",
    ],
    ["null checks", inProgram("v5 = load u64 [v4 + 0]\nexit v5"), "v4 is map-value-or-null: it cannot be accessed"],
    [
      "null checks on the right edge",
      inProgram("branch ne v4, v1, b2, b1(v4)\nb1(v5: map-value):\nexit v1\nb2:\nexit v1"),
      "v4 is map-value-or-null, v5 is map-value, and is not checked here",
    ],
    ["types of parameters", inProgram("jump b1(v2)\nb1(v5):\nexit v1"), "v2 is frame, v5 is int"],
    ["types of arithmetic", inProgram("v5: frame = mul v2, v1\nexit v1"), "no mul of frame and int"],
    ["results of arithmetic", inProgram("v5 = add v2, v1\nexit v1"), "arithmetic on frame gives int"],
    [
      "arithmetic on what may be null",
      inProgram("v5: map-value-or-null = add v4, v1\nexit v1"),
      "no add of map-value-or-null",
    ],
    ["comparisons", inProgram("v5 = compare eq v2, v0\nexit v1"), "frame and context cannot be compared"],
    ["helper arguments", inProgram("v5: map-value-or-null = call map_lookup_elem(v3, v3)\nexit v1"), "v3 is map"],
    ["helper argument count", inProgram("v5 = call ktime_get_ns(v1)\nexit v1"), "ktime_get_ns takes 0 arguments"],
    ["results", inProgram("exit v2"), "the result of a function is an int"],
  ])("%s", (_, text, message) => {
    expect(faults(text).join("\n")).toContain(message);
  });
});

test("a fault names function, block and instruction", () => {
  expect(faults(inProgram("exit v2"))).toEqual(['function f, block b0, "exit v2": the result of a function is an int']);
});
