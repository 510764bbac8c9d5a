import { expect, test } from "vitest";
import { parseFunction } from "../../../codegen/ir/parse.js";
import { printFunction } from "../../../codegen/ir/print.js";
import { formatFault, verifyFunction } from "../../../codegen/ir/verify.js";
import { blurLoops } from "../../../codegen/optimize/blur-loops.js";
import { renumber } from "../../../codegen/optimize/renumber.js";
import { program } from "./check-pass.js";

const cx = { maps: [], opaqueZero: () => 7 };

/** Blocks by label, after the pass, numbered as before. */
function blurred(body: string): string {
  const before = parseFunction(program(body));
  const after = blurLoops.run(before, cx);
  expect(verifyFunction(after, 1).map(formatFault)).toEqual([]);
  expect(verifyFunction(renumber.run(after, cx), 1).map(formatFault)).toEqual([]);
  return after === before ? "as it was" : printFunction(after);
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** What the new blocks do, in their order: from before, and from turn to turn. */
function edges(text: string): readonly string[] {
  const blocks = text.split(/^(?=b\d+)/m).filter((block) => block.includes("volatile"));
  return blocks.map((block) =>
    block
      .replace(/^.*\n/, "")
      .replace(/v\d+/g, "v")
      .replace(/\n *}\s*$/, "")
      .trimEnd(),
  );
}

test("numbers that change in a loop which the kernel ends are blurred on both ways to its start", () => {
  const text = blurred(`v3 = const 0\nv4 = const 1\njump b1(v3, v4)
b1(v5, v6):\nmay-goto b2, b4
b2:\nbranch slt v5, v1, b3, b4
b3:\nv7 = add v5, v4\nv8 = add v6, v5\njump b1(v7, v8)
b4:\nexit v6`);
  const [first, again] = edges(text);
  // Two that start alike must not be known to be the same; later they are sums.
  expect(first).toBe(
    ["map-value = map-value 7 + 0", "load", "map-value = map-value 7 + 0", "load"]
      .map((line) => (line === "load" ? "  v = load volatile u64 [v + 0]" : `  v: ${line}`))
      .concat("  v = add v, v", "  v = add v, v", "  jump b1(v, v)")
      .join("\n"),
  );
  expect(count(again ?? "", /volatile/g)).toBe(1);
  expect(count(again ?? "", / add /g)).toBe(2);
});

test("a word that nothing has been assigned to before the loop is left alone: an address may lie there", () => {
  const loop = (before: string): string =>
    blurred(`v3: frame = slot-address s0\n${before}jump b1
b1:\nmay-goto b2, b4
b2:\nbranch slt v1, v2, b3, b4
b3:\nv4 = load u64 [v3 + 0]\nv5 = add v4, v1\nstore u64 [v3 + 0], v5\njump b1
b4:\nexit v1`);
  expect(loop("store u64 [v3 + 0], v1\n")).toContain("volatile");
  expect(loop("zero 8 align 8 [v3 + 0]\n")).toContain("volatile");
  expect(loop("")).toBe("as it was");
});

test("one block is enough for all that go on", () => {
  const text = blurred(`v3 = const 0\nv4 = const 1\njump b1(v3)
b1(v5):\nmay-goto b2, b5
b2:\nbranch slt v5, v1, b3, b1(v4)
b3:\nv7 = add v5, v4\nbranch eq v7, v2, b5, b1(v7)
b5:\nexit v5`);
  expect(edges(text)).toHaveLength(2);
});

test("pointers stay as they are, and so does what no turn changes", () => {
  expect(
    blurred(`v3: frame = slot-address s0\njump b1(v3)
b1(v5: frame):\nmay-goto b2, b3
b2:\nstore u64 [v5 + 0], v1\njump b1(v3)
b3:\nexit v1`),
  ).toBe("as it was");
});

test("a word in memory that a turn may find as the last one has left it is blurred there; others are not", () => {
  const text = blurred(`v3: frame = slot-address s0\nv4: frame = slot-address s1\nstore u64 [v3 + 0], v1
v9: frame = slot-address s2\nzero 16 align 8 [v9 + 0]\njump b1
b1:\nmay-goto b2, b3
b2:\nv6 = load u64 [v3 + 0]\nstore u64 [v3 + 0], v2\nstore u64 [v4 + 0], v6\nv7 = load u64 [v4 + 0]\nstore u64 [v9 + 0], v7\njump b1
b3:\nexit v1`);
  const added = edges(text).join("\n");
  expect(added).toContain("slot-address s0");
  expect(added).not.toContain("slot-address s1");
  expect(added).not.toContain("slot-address s2");
  expect(count(added, /store/g)).toBe(2);
});

/** A counter, and a number that depends on what is found. */
const counted = (turns: number): string => `v3 = const 0\nv4 = const 1\nv9 = const ${turns}\njump b1(v3, v3)
b1(v5, v6):\nbranch ult v5, v9, b2, b5
b2:\nv10 = load u64 [v0 + 16]\nbranch eq v10, v1, b3, b4(v6)
b3:\njump b4(v4)
b4(v8):\nv7 = add v5, v4\njump b1(v7, v8)
b5:\nexit v6`;

test("of a loop that the verifier counts all but the counter is blurred, if its turns have many paths together", () => {
  expect(blurred(counted(3))).toBe("as it was");
  const [, again] = edges(blurred(counted(60)));
  expect(count(again ?? "", / add /g)).toBe(1);
});
