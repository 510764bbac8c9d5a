/** Passes that reason about memory: each row says why the result is allowed, or why nothing may change. */
import { describe, test } from "vitest";
import { forwardLoads } from "../../../codegen/optimize/forward-loads.js";
import { removeDeadStores } from "../../../codegen/optimize/remove-dead-stores.js";
import { reuseLookups } from "../../../codegen/optimize/reuse-lookups.js";
import { shareComm } from "../../../codegen/optimize/share-comm.js";
import { shareContents } from "../../../codegen/optimize/share-contents.js";
import { useConditions } from "../../../codegen/optimize/use-conditions.js";
import { widenAccesses } from "../../../codegen/optimize/widen-accesses.js";
import { checkPass, checkUnchanged } from "./check-pass.js";

const A = "v10: frame = slot-address s0\n";
const AB = `${A}v11: frame = slot-address s1\n`;
const C = "v12: frame = slot-address s2\n";
/** An entry of map 0 as `v22`, in block b2; without one the program ends. */
const ENTRY = `${A}store u64 [v10 + 0], v1\nv20: map = map 0
v21: map-value-or-null = call map_lookup_elem(v20, v10)\nv23 = const 0\nbranch ne v21, v23, b2(v21), b1\nb1:\nexit v23
b2(v22: map-value):\n`;

describe("forward-loads", () => {
  test.each([
    [
      "the stored value",
      `${A}store u64 [v10 + 0], v1\nv3 = load u64 [v10 + 0]\nexit v3`,
      `${A}store u64 [v10 + 0], v1\nexit v1`,
    ],
    [
      "the low bytes of the stored value",
      `${A}store u64 [v10 + 0], v1\nv3 = load s16 [v10 + 0]\nexit v3`,
      `${A}store u64 [v10 + 0], v1\nv3 = sext 16 v1\nexit v3`,
    ],
    [
      "an earlier load of the context",
      "v3 = load u32 [v0 + 16]\nv4 = load u32 [v0 + 16]\nv5 = add v3, v4\nexit v5",
      "v3 = load u32 [v0 + 16]\nv4 = zext 32 v3\nv5 = add v3, v4\nexit v5",
    ],
    [
      "zeros",
      `${C}zero 16 align 8 [v12 + 0]\nv3 = load u32 [v12 + 4]\nexit v3`,
      `${C}zero 16 align 8 [v12 + 0]\nv3 = const 0\nexit v3`,
    ],
    [
      "zeros around a store",
      `${C}zero 16 align 8 [v12 + 0]\nstore u64 [v12 + 4], v1\nv3 = load u32 [v12 + 12]\nexit v3`,
      `${C}zero 16 align 8 [v12 + 0]\nstore u64 [v12 + 4], v1\nv3 = const 0\nexit v3`,
    ],
    [
      "constants in pieces",
      `${A}v4 = const 0x41\nstore u8 [v10 + 0], v4\nv5 = const 0x4342\nstore u16 [v10 + 1], v5\nzero 1 align 1 [v10 + 3]\nv3 = load u32 [v10 + 0]\nexit v3`,
      `${A}v4 = const 0x41\nstore u8 [v10 + 0], v4\nv5 = const 0x4342\nstore u16 [v10 + 1], v5\nzero 1 align 1 [v10 + 3]\nv3 = const 0x434241\nexit v3`,
    ],
    [
      "what a copy took along",
      `${AB}store u64 [v10 + 0], v1\ncopy 8 align 8 [v11 + 0], [v10 + 0]\nv3 = load u64 [v11 + 0]\nexit v3`,
      `${AB}store u64 [v10 + 0], v1\ncopy 8 align 8 [v11 + 0], [v10 + 0]\nexit v1`,
    ],
    [
      "what was stored before a branch whose arms leave it alone",
      `${AB}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v11 + 0], v2\njump b2\nb2:\nv3 = load u64 [v10 + 0]\nexit v3`,
      `${AB}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v11 + 0], v2\njump b2\nb2:\nexit v1`,
    ],
    [
      "a field of an entry after another field was written",
      `${ENTRY}v3 = load u32 [v22 + 0]\nstore u32 [v22 + 4], v1\nv4 = load u32 [v22 + 0]\nv5 = add v3, v4\nexit v5`,
      `${ENTRY}v3 = load u32 [v22 + 0]\nstore u32 [v22 + 4], v1\nv4 = zext 32 v3\nv5 = add v3, v4\nexit v5`,
    ],
  ])("gives %s", (_, before, after) => {
    checkPass([forwardLoads], before, after);
  });

  test.each([
    ["an overlapping store", `${A}store u64 [v10 + 0], v1\nstore u8 [v10 + 7], v2\nv3 = load u64 [v10 + 0]\nexit v3`],
    [
      "a store in one arm",
      `${A}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v10 + 0], v2\njump b2\nb2:\nv3 = load u64 [v10 + 0]\nexit v3`,
    ],
    [
      "a store in the loop",
      `${A}store u64 [v10 + 0], v1\njump b1\nb1:\nv3 = load u64 [v10 + 0]\nv4 = add v3, v2\nstore u64 [v10 + 0], v4\nbranch ult v3, v2, b1, b2\nb2:\nexit v3`,
    ],
    [
      "a helper that fills the slot",
      `${A}store u64 [v10 + 0], v1\nv4 = const 8\nv5 = call probe_read_kernel(v10, v4, v2)\nv3 = load u64 [v10 + 0]\nexit v3`,
    ],
    [
      "a callback that gets the slot",
      `${A}store u64 [v10 + 0], v1\nv4 = const 2\nv6 = const 0\nv5: function = function 1\nv7 = call loop(v4, v5, v10, v6)\nv3 = load u64 [v10 + 0]\nexit v3`,
    ],
    [
      "a callback that may change global data",
      `${A}v8: map-value = map-value 1 + 0\nstore u64 [v8 + 0], v1\nv4 = const 2\nv6 = const 0\nv5: function = function 1\nv7 = call loop(v4, v5, v10, v6)\nv3 = load u64 [v8 + 0]\nexit v3`,
    ],
    [
      "a store through a pointer to one of two slots",
      `${AB}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\njump b3(v10)\nb2:\njump b3(v11)\nb3(v3: frame):\nstore u64 [v3 + 0], v2\nv4 = load u64 [v10 + 0]\nexit v4`,
    ],
    [
      "a store at an offset that varies",
      `${C}store u64 [v12 + 8], v1\nv4 = const 8\nv5 = and v2, v4\nv6: frame = add v12, v5\nstore u64 [v6 + 0], v2\nv3 = load u64 [v12 + 8]\nexit v3`,
    ],
    [
      "a store to what may be the same entry",
      `${ENTRY}v3 = load u64 [v22 + 0]\nv30: map-value-or-null = call map_lookup_elem(v20, v10)\nbranch ne v30, v23, b3(v30), b1\nb3(v31: map-value):\nstore u64 [v31 + 0], v1\nv4 = load u64 [v22 + 0]\nv5 = add v3, v4\nexit v5`,
    ],
    [
      "an update of the map",
      `${ENTRY}v3 = load u64 [v22 + 0]\nv30 = call map_update_elem(v20, v10, v10, v23)\nv4 = load u64 [v22 + 0]\nv5 = add v3, v4\nexit v5`,
    ],
    [
      "an address that was read as a number",
      `v30: memory = call get_current_task_btf()\nv3 = load u64 [v30 + 8]\nv4: memory = load u64 [v30 + 8]\nv5 = load u64 [v4 + 16]\nv6 = add v3, v5\nexit v6`,
    ],
    [
      "a counter in memory, which the verifier must not follow",
      `${A}store u64 [v10 + 0], v1\njump b1\nb1:\nmay-goto b2, b3\nb2:\nv3 = load u64 [v10 + 0]\nv4 = add v3, v2\nstore u64 [v10 + 0], v4\nv5 = load u64 [v10 + 0]\nbranch ult v5, v2, b1, b3\nb3:\nexit v2`,
    ],
  ])("stops at %s", (_, text) => {
    checkUnchanged(forwardLoads, text);
  });
});

describe("reuse-lookups", () => {
  const lookup = (result: string, key: string): string =>
    `${result}: map-value-or-null = call map_lookup_elem(v20, ${key})\n`;
  const use = (first: string, second: string): string =>
    `v4 = const 0\nv5 = compare ne ${first}, v4\nv6 = compare ne ${second}, v4\nv7 = add v5, v6\nexit v7`;
  const start = `${AB}v20: map = map 0\nstore u64 [v10 + 0], v1\nstore u64 [v11 + 0], v1\n`;

  test.each([
    [
      "in the same slot",
      start + lookup("v21", "v10") + lookup("v22", "v10") + use("v21", "v22"),
      start + lookup("v21", "v10") + use("v21", "v21"),
    ],
    [
      "of the same bytes in another slot",
      start + lookup("v21", "v10") + lookup("v22", "v11") + use("v21", "v22"),
      start + lookup("v21", "v10") + use("v21", "v21"),
    ],
    [
      "that was filled with something unknown, and not since",
      `${A}v20: map = map 0\nv30 = const 8\nv31 = call probe_read_user(v10, v30, v1)\n` +
        lookup("v21", "v10") +
        lookup("v22", "v10") +
        use("v21", "v22"),
      `${A}v20: map = map 0\nv30 = const 8\nv31 = call probe_read_user(v10, v30, v1)\n` +
        lookup("v21", "v10") +
        use("v21", "v21"),
    ],
    [
      "while another map changes",
      `${start}v40: map = map 1\n${lookup("v21", "v10")}v41 = const 0\nv42 = call map_update_elem(v40, v10, v11, v41)\n${lookup("v22", "v10")}${use("v21", "v22")}`,
      `${start}v40: map = map 1\n${lookup("v21", "v10")}v41 = const 0\nv42 = call map_update_elem(v40, v10, v11, v41)\n${use("v21", "v21")}`,
    ],
  ])("shares lookups of a key %s", (_, before, after) => {
    checkPass([reuseLookups], before, after);
  });

  test.each([
    [
      "the key changes",
      `${start}${lookup("v21", "v10")}store u64 [v10 + 0], v2\n${lookup("v22", "v10")}${use("v21", "v22")}`,
    ],
    [
      "the map changes",
      `${start}${lookup("v21", "v10")}v41 = call map_delete_elem(v20, v11)\n${lookup("v22", "v10")}${use("v21", "v22")}`,
    ],
    [
      "a callback may change the map",
      `${start}${lookup("v21", "v10")}v40: function = function 1\nv41 = const 0\nv42 = call for_each_map_elem(v20, v40, v11, v41)\n${lookup("v22", "v10")}${use("v21", "v22")}`,
    ],
    [
      "the map changed in one arm",
      `${start}${lookup("v21", "v10")}branch eq v1, v2, b1, b2\nb1:\nv41 = call map_delete_elem(v20, v11)\njump b2\nb2:\n${lookup("v22", "v10")}${use("v21", "v22")}`,
    ],
    [
      "the other lookup is in the other arm",
      `${start}branch eq v1, v2, b1, b2\nb1:\n${lookup("v21", "v10")}v4 = const 0\nv5 = compare ne v21, v4\nexit v5\nb2:\n${lookup("v22", "v10")}v6 = const 0\nv7 = compare ne v22, v6\nexit v7`,
    ],
  ])("keeps lookups apart when %s", (_, text) => {
    checkUnchanged(reuseLookups, text);
  });
});

describe("use-conditions", () => {
  test("the second null check of a lookup is the first", () => {
    checkPass(
      [useConditions],
      `${ENTRY}branch ne v21, v23, b3(v21), b4\nb3(v31: map-value):\nv5 = load u64 [v31 + 0]\nexit v5\nb4:\nexit v1`,
      `${ENTRY}jump b3(v22)\nb3(v31: map-value):\nv5 = load u64 [v31 + 0]\nexit v5`,
    );
  });

  test("a check stays where nobody has kept the pointer", () => {
    checkUnchanged(
      useConditions,
      `${A}v20: map = map 0\nv21: map-value-or-null = call map_lookup_elem(v20, v10)\nv23 = const 0\nbranch ne v21, v23, b2, b1\nb1:\nexit v23\nb2:\n` +
        "branch ne v21, v23, b3(v21), b4\nb3(v31: map-value):\nv5 = load u64 [v31 + 0]\nexit v5\nb4:\nexit v1",
    );
  });

  test("bounds are compared again, for the verifier", () => {
    checkUnchanged(
      useConditions,
      "branch ult v1, v2, b1, b2\nb1:\nbranch ult v1, v2, b3, b2\nb2:\nexit v1\nb3:\nexit v2",
    );
  });
});

describe("share-comm", () => {
  const D = "v10: map-value = map-value 2 + 0\n";
  const START = `${C}${D}v5 = const 16\nzero 16 align 8 [v12 + 0]\nv6 = call get_current_comm(v12, v5)\n`;
  test("a second name is a copy of the first", () => {
    checkPass(
      [shareComm],
      `${START}zero 16 align 8 [v10 + 0]\nv7 = call get_current_comm(v10, v5)\nexit v7`,
      `${START}zero 16 align 8 [v10 + 0]\ncopy 16 align 8 [v10 + 0], [v12 + 0]\nexit v6`,
    );
  });

  test.each([
    [
      "overwritten",
      `${START}store u8 [v12 + 3], v1\nzero 16 align 8 [v10 + 0]\nv7 = call get_current_comm(v10, v5)\nexit v7`,
    ],
    ["put where something else was", `${START}v7 = call get_current_comm(v10, v5)\nexit v7`],
  ])("a name that was %s is asked for again", (_, text) => {
    checkUnchanged(shareComm, text);
  });
});

describe("share-contents", () => {
  const maps = "v20: map = map 0\nv21: map = map 1\n";
  test.each([
    [
      "a key that was built before",
      `${AB}${maps}store u64 [v10 + 0], v1\nv3 = call map_delete_elem(v20, v10)\nstore u64 [v11 + 0], v1\nv4 = call map_delete_elem(v21, v11)\nexit v4`,
      `${AB}${maps}store u64 [v10 + 0], v1\nv3 = call map_delete_elem(v20, v10)\nstore u64 [v11 + 0], v1\nv4 = call map_delete_elem(v21, v10)\nexit v4`,
    ],
    [
      "the original of a copy",
      `${AB}v12: map-value = map-value 2 + 0\nstore u64 [v10 + 0], v1\ncopy 8 align 8 [v11 + 0], [v10 + 0]\ncopy 8 align 8 [v12 + 0], [v11 + 0]\nexit v1`,
      `${AB}v12: map-value = map-value 2 + 0\nstore u64 [v10 + 0], v1\ncopy 8 align 8 [v11 + 0], [v10 + 0]\ncopy 8 align 8 [v12 + 0], [v10 + 0]\nexit v1`,
    ],
    [
      "as many bytes as each argument needs",
      `${AB}${maps}v8: map = map 3\nv9 = const 0\nstore u64 [v10 + 0], v1\nv3 = call map_delete_elem(v8, v10)\nstore u64 [v11 + 0], v1\nv4 = call map_update_elem(v8, v11, v11, v9)\nexit v4`,
      `${AB}${maps}v8: map = map 3\nv9 = const 0\nstore u64 [v10 + 0], v1\nv3 = call map_delete_elem(v8, v10)\nstore u64 [v11 + 0], v1\nv4 = call map_update_elem(v8, v10, v11, v9)\nexit v4`,
    ],
  ])("reads %s", (_, before, after) => {
    checkPass([shareContents], before, after);
  });

  test.each([
    [
      "a slot that has changed",
      `${AB}${maps}store u64 [v10 + 0], v1\nv3 = call map_delete_elem(v20, v10)\nstore u64 [v10 + 0], v2\nstore u64 [v11 + 0], v1\nv4 = call map_delete_elem(v21, v11)\nv5 = call map_delete_elem(v20, v10)\nexit v4`,
    ],
    [
      "a slot that holds as much but something else",
      `${AB}${maps}store u64 [v10 + 0], v1\nv3 = call map_delete_elem(v20, v10)\nstore u64 [v11 + 0], v2\nv4 = call map_delete_elem(v21, v11)\nexit v4`,
    ],
    [
      "memory that the helper writes as well",
      `${AB}v4 = const 1\nv6 = const 0\nv5: function = function 1\nstore u64 [v10 + 0], v1\nv7 = call loop(v4, v5, v10, v6)\nstore u64 [v10 + 0], v1\nstore u64 [v11 + 0], v1\nv8 = call loop(v4, v5, v11, v6)\nexit v8`,
    ],
  ])("does not read %s", (_, text) => {
    checkUnchanged(shareContents, text);
  });
});

describe("remove-dead-stores", () => {
  const output = "v30: map = map 0\nv31 = const 8\nv32 = const 0\nv33 = call ringbuf_output(v30, v10, v31, v32)\n";
  test.each([
    ["a slot that is never read", `${A}store u64 [v10 + 0], v1\nexit v1`, "exit v1"],
    ["a helper that only fills it", `${C}v5 = const 16\nv6 = call get_current_comm(v12, v5)\nexit v1`, "exit v1"],
    [
      "a store that is overwritten",
      `${A}store u64 [v10 + 0], v1\nstore u64 [v10 + 0], v2\n${output}exit v1`,
      `${A}store u64 [v10 + 0], v2\n${output}exit v1`,
    ],
    [
      "zeros that are overwritten in pieces",
      `${A}zero 8 align 8 [v10 + 0]\nstore u32 [v10 + 0], v1\nstore u32 [v10 + 4], v2\n${output}exit v1`,
      `${A}store u32 [v10 + 0], v1\nstore u32 [v10 + 4], v2\n${output}exit v1`,
    ],
    [
      "the part of zeros that is overwritten",
      `${A}zero 8 align 8 [v10 + 0]\nstore u32 [v10 + 0], v1\n${output}exit v1`,
      `${A}zero 4 align 4 [v10 + 4]\nstore u32 [v10 + 0], v1\n${output}exit v1`,
    ],
    [
      "what is written after the last read",
      `${A}store u64 [v10 + 0], v1\n${output}store u64 [v10 + 0], v2\nexit v1`,
      `${A}store u64 [v10 + 0], v1\n${output}exit v1`,
    ],
    [
      "what is overwritten on every way",
      `${A}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v10 + 0], v2\njump b3\nb2:\nexit v1\nb3:\n${output}exit v1`,
      `${A}branch eq v1, v2, b1, b2\nb1:\nstore u64 [v10 + 0], v2\njump b3\nb2:\nexit v1\nb3:\n${output}exit v1`,
    ],
  ])("removes %s", (_, before, after) => {
    checkPass([removeDeadStores], before, after);
  });

  test.each([
    [
      "one way reads it",
      `${A}store u64 [v10 + 0], v1\nbranch eq v1, v2, b1, b2\nb1:\nstore u64 [v10 + 0], v2\njump b2\nb2:\n${output}exit v1`,
    ],
    [
      "the loop reads it next time",
      `${A}store u64 [v10 + 0], v1\njump b1\nb1:\n${output}store u64 [v10 + 0], v2\nbranch eq v1, v2, b1, b2\nb2:\nexit v1`,
    ],
    [
      "a string may not reach its end",
      `${A}store u64 [v10 + 0], v1\nv5 = const 8\nv6 = call probe_read_kernel_str(v10, v5, v1)\n${output}exit v6`,
    ],
    [
      "a callback gets it",
      `${A}store u64 [v10 + 0], v1\nv4 = const 2\nv6 = const 0\nv5: function = function 1\nv7 = call loop(v4, v5, v10, v6)\nexit v1`,
    ],
    ["it is an entry of a map", `${ENTRY}store u64 [v22 + 0], v1\nstore u64 [v22 + 0], v2\nexit v1`],
    [
      "a pointer to one of two slots reads it",
      `${AB}store u64 [v10 + 0], v1\nstore u64 [v11 + 0], v2\nbranch eq v1, v2, b1, b2\nb1:\njump b3(v10)\nb2:\njump b3(v11)\nb3(v3: frame):\nv4 = load u64 [v3 + 0]\nexit v4`,
    ],
    ["the result of the helper is used", `${C}v5 = const 16\nv6 = call get_current_comm(v12, v5)\nexit v6`],
  ])("keeps a store when %s", (_, text) => {
    checkUnchanged(removeDeadStores, text);
  });
});

describe("widen-accesses", () => {
  const output =
    "v30: map = map 0\nv31 = const 8\nv32 = const 0\nv33 = call ringbuf_output(v30, v10, v31, v32)\nexit v1";
  test.each([
    [
      "constants next to each other are one store",
      `${A}v4 = const 1\nv5 = const 2\nstore u16 [v10 + 0], v4\nstore u16 [v10 + 2], v5\nzero 4 align 4 [v10 + 4]\n${output}`,
      `${A}v4 = const 0x20001\nstore u64 [v10 + 0], v4\n${output}`,
    ],
    [
      "in whatever order they come",
      `${A}v4 = const 1\nv5 = const 2\nstore u32 [v10 + 4], v5\nstore u16 [v10 + 2], v4\nstore u16 [v10 + 0], v4\n${output}`,
      `${A}v5 = const 2\nstore u32 [v10 + 4], v5\nv4 = const 0x10001\nstore u32 [v10 + 0], v4\n${output}`,
    ],
    [
      "a narrow value with zeros behind it is stored at full width",
      `${A}store u8 [v10 + 0], v2\nzero 7 align 1 [v10 + 1]\n${output}`,
      `${A}v4 = zext 8 v2\nstore u64 [v10 + 0], v4\n${output}`,
    ],
    [
      "copies learn the alignment of their slots",
      `${AB}store u64 [v11 + 0], v1\ncopy 8 align 1 [v10 + 0], [v11 + 0]\n${output}`,
      `${AB}store u64 [v11 + 0], v1\ncopy 8 align 8 [v10 + 0], [v11 + 0]\n${output}`,
    ],
  ])("%s", (_, before, after) => {
    checkPass([widenAccesses], before, after);
  });

  test.each([
    [
      "what is read in between",
      `${A}v4 = const 1\nstore u32 [v10 + 0], v4\nv5 = load u32 [v10 + 0]\nstore u32 [v10 + 4], v4\n${output}`,
    ],
    [
      "what is not aligned as a whole",
      `${C}v4 = const 1\nstore u32 [v12 + 4], v4\nstore u32 [v12 + 8], v4\nv30: map = map 0\nv31 = const 16\nv33 = call ringbuf_output(v30, v12, v31, v4)\nexit v1`,
    ],
    [
      "a constant that no immediate holds",
      `${A}v4 = const 1\nv5 = const -1\nstore u32 [v10 + 0], v5\nstore u32 [v10 + 4], v4\n${output}`,
    ],
    ["two values", `${A}store u32 [v10 + 0], v1\nstore u32 [v10 + 4], v2\n${output}`],
  ])("%s stays apart", (_, text) => {
    checkUnchanged(widenAccesses, text);
  });
});
