import { describe, expect, test } from "vitest";
import { decode, StackOverflowError } from "../../../codegen/bpf/index.js";
import { generateText } from "./listing.js";

/** The lowest byte of the stack that the code stores to. */
const depthOf = (text: string): number =>
  Math.max(
    0,
    ...decode(generateText(text).code).flatMap(({ opcode, dst, offset }) =>
      (opcode & 7) === 2 && dst === 10 ? [-offset] : [],
    ),
  );

const slots = (bytes: readonly number[]): string =>
  bytes.map((size, at) => `slot s${at}: ${size} align 8 "slot${at}"`).join("\n");
const use = (slot: number, value: number): string =>
  `
  v${value}: frame = slot-address s${slot}
  store u64 [v${value} + 0], v1
  v${value + 1} = call trace_like(v${value})`
    .replace("trace_like(", "probe_read_kernel(")
    .replace(`(v${value})`, `(v${value}, v2, v${value})`);

describe("frame layout", () => {
  test("slots that are not in use together share their bytes", () => {
    const text = `program p(v0: context) {
      ${slots([200, 200, 200])}
      b0:
        v1 = const 7
        v2 = const 200
        ${use(0, 10)}
        ${use(1, 20)}
        ${use(2, 30)}
        exit v1
      }`;
    expect(depthOf(text)).toBe(200);
  });

  test("slots that are in use together do not", () => {
    const text = `program p(v0: context) {
      ${slots([104, 104])}
      b0:
        v1 = const 7
        v2 = const 104
        v3: frame = slot-address s0
        v4: frame = slot-address s1
        store u64 [v3 + 0], v1
        store u64 [v4 + 0], v1
        v5 = load u64 [v3 + 0]
        v6 = load u64 [v4 + 0]
        v7 = add v5, v6
        exit v7
      }`;
    expect(depthOf(text)).toBe(208);
  });

  test("a slot that is built anew in each turn of a loop is free between the turns", () => {
    const text = `program p(v0: context) {
      ${slots([104, 104])}
      b0:
        v1 = const 7
        v2 = const 104
        jump b1(v1)
      b1(v3):
        v4: frame = slot-address s0
        zero 104 align 8 [v4 + 0]
        v5 = load u64 [v4 + 8]
        v6: frame = slot-address s1
        zero 104 align 8 [v6 + 0]
        v7 = load u64 [v6 + 8]
        v8 = add v5, v7
        v9 = const 1
        v10 = add v3, v9
        branch ult v10, v2, b1(v10), b2
      b2:
        exit v8
      }`;
    expect(depthOf(text)).toBe(104);
  });

  test("what does not fit is refused, and the largest slots are named", () => {
    const text = `program p(v0: context) {
      ${slots([300, 16, 280])}
      b0:
        v1 = const 7
        v2: frame = slot-address s0
        v3: frame = slot-address s2
        store u64 [v2 + 0], v1
        store u64 [v3 + 0], v1
        v5 = load u64 [v2 + 0]
        v6 = load u64 [v3 + 0]
        v7 = add v5, v6
        exit v7
      }`;
    expect(() => generateText(text)).toThrow(StackOverflowError);
    expect(() => generateText(text)).toThrow(/slot0 \(300 bytes\), slot2 \(280 bytes\)/);
  });

  test("frames of a chain of calls count together", () => {
    const frame = (name: string, role: string, rest: string): string => `${role} ${name} {
      ${slots([264])}
      b0:
        v1: frame = slot-address s0
        v2 = const 7
        store u64 [v1 + 0], v2
        ${rest}
        v4 = load u64 [v1 + 0]
        exit v4
      }
      `;
    const text = frame("p(v0: context)", "program", "v3 = call-function 1(v2)") + frame("q(v0)", "subprogram", "");
    expect(() => generateText(text)).toThrow(/p → q needs 576 bytes/);
  });
});
