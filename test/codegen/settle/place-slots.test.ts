import { describe, expect, test } from "vitest";
import type { IrProgram } from "../../../codegen/ir/ir.js";
import { parseProgram } from "../../../codegen/ir/parse.js";
import { printProgram } from "../../../codegen/ir/print.js";
import { formatFault, verifyProgram } from "../../../codegen/ir/verify.js";
import { optimize } from "../../../codegen/optimize/index.js";
import { placeSlots } from "../../../codegen/settle/index.js";

const MAP = 5;

interface Settled {
  readonly program: IrProgram;
  /** In bytes; undefined when there is none. */
  readonly piece: number | undefined;
}

function settle(text: string, { sparesStack = false, pieces = 4 } = {}): Settled {
  const program = parseProgram(text);
  let piece: number | undefined;
  const reserve = (bytes: number): number => {
    piece = bytes;
    return MAP;
  };
  const settled = placeSlots(program, { scratch: { pieces, reserve }, onStackLimit: 32, sparesStack });
  expect(verifyProgram(settled).map(formatFault)).toEqual([]);
  return { program: settled, piece };
}

/** A program of these slots that stores 1, 2 … to them, in that order. */
const storing = (slots: readonly string[]): string => `program main(v0: context) {
${slots.map((slot, i) => `slot s${i}: ${slot}`).join("\n")}
b0:
v1 = const 0
${slots.map((_, i) => `v${10 + 2 * i}: frame = slot-address s${i}\nv${11 + 2 * i} = const ${i + 1}\nstore u64 [v${10 + 2 * i} + 0], v${11 + 2 * i}`).join("\n")}
exit v1
}`;

/** Where the words 1, 2 … are stored: offsets in scratch, or "stack". Taken from the optimised form. */
function placesOf({ program }: Settled): readonly (number | "stack")[] {
  const places = new Map<bigint, number | "stack">();
  for (const fn of program.functions) {
    const definitions = new Map(
      fn.blocks
        .flatMap(({ instructions }) => instructions)
        .flatMap((i) => ("result" in i ? [[i.result, i] as const] : [])),
    );
    for (const { instructions } of fn.blocks) {
      for (const i of instructions) {
        const value = i.op === "store" ? definitions.get(i.value) : undefined;
        if (i.op !== "store" || value?.op !== "const") continue;
        const pointer = definitions.get(i.pointer);
        const offset = pointer?.op === "alu" ? definitions.get(pointer.right) : undefined;
        places.set(value.value, offset?.op === "const" ? i.offset + Number(offset.value) : "stack");
      }
    }
  }
  return [...places].sort(([a], [b]) => Number(a - b)).map(([, place]) => place);
}

describe("what leaves the stack", () => {
  test("nothing, when all is small and nothing is shared", () => {
    const settled = settle(
      storing(['8 align 8 "a" anywhere 1', '32 align 8 "b" anywhere 2 until 9', '64 align 8 "c"']),
    );
    expect(settled.piece).toBeUndefined();
    expect(placesOf(settled)).toEqual(["stack", "stack", "stack"]);
    expect(settled.program.functions[0]?.slots.map(({ home }) => home)).toEqual([undefined, undefined, undefined]);
  });

  test("what is larger than the limit, and what is never to be on the stack", () => {
    const settled = settle(
      storing(['40 align 8 "a" anywhere 1', '32 align 8 "b" anywhere 2', '4 align 4 "c" scratch 3']),
    );
    expect(placesOf(settled)).toEqual([0, "stack", 40]);
    expect(settled.piece).toBe(48);
  });

  test("all that may, when the stack is too small; the rest stays", () => {
    const slots = ['8 align 8 "a" anywhere 1', '16 align 8 "key"', '12 align 4 "b" anywhere 2 until 9'];
    expect(placesOf(settle(storing(slots), { sparesStack: true }))).toEqual([0, "stack", 8]);
  });

  test("what two functions have: it is the same memory in both, and so is what the optimiser makes of them", () => {
    const settled = settle(`program main(v0: context) {
slot s0: 8 align 8 "$own" anywhere 1
slot s1: 8 align 8 "$x" anywhere 2
slot s2: 48 align 8 "$large" anywhere 3
b0:
v1: frame = slot-address s0
v2: frame = slot-address s1
v3: frame = slot-address s2
v4 = const 7
store u64 [v1 + 0], v4
store u64 [v2 + 0], v4
store u64 [v3 + 0], v4
v5 = const 9
v6: function = function 1
v7 = const 0
v8 = call loop(v5, v6, v7, v7)
v9 = load u64 [v2 + 0]
exit v9
}
callback main_loop(v0, v1: frame) {
slot s0: 8 align 8 "$x" anywhere 2
slot s1: 8 align 8 "$inside" anywhere 4
b0:
v2: frame = slot-address s0
v3: frame = slot-address s1
v4 = load u64 [v2 + 0]
store u64 [v3 + 0], v4
store u64 [v2 + 0], v0
v5 = load u64 [v3 + 0]
exit v5
}`);
    expect(settled.piece).toBe(8 + 48);
    const text = printProgram(optimize(settled.program));
    // A variable of one function becomes a value; the other is loaded and stored at one place in both.
    expect(text).not.toContain("slot ");
    expect(text.match(/(load|store) u64 \[v\d+ \+ \d+\]/g)?.map((access) => access.replace(/v\d+/, "piece"))).toEqual([
      "store u64 [piece + 0]",
      "store u64 [piece + 8]",
      "load u64 [piece + 0]",
      "load u64 [piece + 0]",
      "store u64 [piece + 0]",
    ]);
  });
});

describe("temporaries in scratch", () => {
  test("share bytes when they are not alive together, and lie behind what lasts", () => {
    const settled = settle(
      storing([
        '40 align 8 "first" anywhere 1 until 4',
        '48 align 8 "beside it" anywhere 2 until 4',
        '56 align 8 "lasts" anywhere 3',
        '64 align 8 "later" anywhere 5 until 8',
        '40 align 8 "inside" anywhere 6 until 7',
      ]),
    );
    expect(placesOf(settled)).toEqual([56, 96, 0, 56, 120]);
    expect(settled.piece).toBe(56 + 64 + 40);
  });

  test("are the program's own on each CPU", () => {
    const { program } = settle(storing(['40 align 8 "a" anywhere 1 until 2']), { pieces: 8 });
    expect(printProgram(program)).toMatch(
      /const 7\n.* = and .*\n.* = const 40\n.* = mul .*\n.*map-value 5 \+ 0\n.* = add /,
    );
  });
});

test("pointers into what has left are pointers into a map, through arithmetic and blocks", () => {
  const { program } = settle(`program main(v0: context) {
slot s0: 40 align 8 "a" anywhere 1
b0:
v1: frame = slot-address s0
v2 = const 8
v3: frame = add v1, v2
jump b1(v3)
b1(v4: frame):
store u64 [v4 + 0], v2
exit v2
}`);
  expect(printProgram(program)).not.toContain("frame");
});

test("a program that asks for more than there can be is told where", () => {
  const text = storing(['40 align 8 "a" anywhere 1', '300000000 align 8 "b" anywhere 2']);
  expect(() => settle(text, { pieces: 4 })).toThrow("memory");
  expect(settle(text, { pieces: 2 }).piece).toBe(300_000_040);
});
