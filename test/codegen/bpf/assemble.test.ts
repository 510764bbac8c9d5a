import { describe, expect, test } from "vitest";
import { assemble } from "../../../codegen/bpf/assembly/assemble.js";
import { bpfInstruction, type FunctionCode } from "../../../codegen/bpf/machine/code.js";
import { decode, disassemble } from "../../../codegen/bpf/index.js";
import { CALL_OPCODE } from "../../../codegen/kernel/opcodes.js";
import { HELPERS } from "../../../codegen/kernel/helpers.js";
import { runBpf } from "../../support/bpf-interpreter.js";
import { branch, EXIT, farJumps, farSwitch, fn, goto, set } from "./far-code.js";

const listing = (code: FunctionCode, hasLongJumps = true): string =>
  disassemble(assemble([code], { hasLongJumps: () => hasLongJumps }).code);

describe("assembly", () => {
  test.each([
    {
      claim: "a jump to the next block is left out",
      code: fn({ body: [set(0, 1)], end: goto(1) }, { body: [set(0, 2)], end: EXIT }),
      is: ["   0: r0 = 1", "   1: r0 = 2", "   2: exit"],
    },
    {
      claim: "blocks that nothing reaches are left out",
      code: fn({ body: [set(0, 1)], end: goto(2) }, { body: [set(0, 9)], end: EXIT }, { body: [], end: EXIT }),
      is: ["   0: r0 = 1", "   1: exit"],
    },
    {
      claim: "a jump to an empty block goes to where that leads",
      code: fn(
        { body: [set(0, 0)], end: branch("eq", 2, 1) },
        { body: [set(0, 2)], end: EXIT },
        { body: [], end: goto(3) },
        { body: [set(0, 3)], end: EXIT },
      ),
      is: ["   0: r0 = 0", "   1: if r1 == 0x1 goto pc+2", "   2: r0 = 2", "   3: exit", "   4: r0 = 3", "   5: exit"],
    },
    {
      claim: "a condition is turned round when its target follows",
      code: fn(
        { body: [set(0, 0)], end: branch("eq", 1, 2) },
        { body: [set(0, 2)], end: EXIT },
        { body: [set(0, 3)], end: EXIT },
      ),
      is: ["   0: r0 = 0", "   1: if r1 != 0x1 goto pc+2", "   2: r0 = 2", "   3: exit", "   4: r0 = 3", "   5: exit"],
    },
    {
      claim: "a test of bits has no opposite and needs a second jump",
      code: fn(
        { body: [set(0, 0)], end: branch("test", 1, 2) },
        { body: [set(0, 2)], end: EXIT },
        { body: [set(0, 3)], end: EXIT },
      ),
      is: [
        "   0: r0 = 0",
        "   1: if r1 & 0x1 goto pc+1",
        "   2: goto pc+2",
        "   3: r0 = 2",
        "   4: exit",
        "   5: r0 = 3",
        "   6: exit",
      ],
    },
  ])("$claim", ({ code, is }) => {
    expect(listing(code)).toBe(is.join("\n"));
  });
});

describe.each([{ hasLongJumps: true }, { hasLongJumps: false }])(
  "jumps that do not fit 16 bits, gotol: $hasLongJumps",
  ({ hasLongJumps }) => {
    const assembled = (code: FunctionCode): Uint8Array => assemble([code], { hasLongJumps: () => hasLongJumps }).code;
    const resultOf = (code: Uint8Array, context: bigint): bigint =>
      runBpf({ code, relocations: [] }, [], new Uint8Array(new BigUint64Array([context]).buffer)).result;

    test.each([32_760, 32_766, 32_767, 32_768, 40_000, 100_000])("over %i instructions", (length) => {
      const code = assembled(farJumps(length));
      expect(resultOf(code, 0n)).toBe(42n);
      expect(decode(code).some(({ opcode }) => opcode === 0x06)).toBe(hasLongJumps && length + 2 > 0x7fff);
    });

    test("that will not fit when the kernel has written out calls are far jumps already", () => {
      const call = bpfInstruction(CALL_OPCODE, undefined, { imm: HELPERS.map_lookup_elem.id });
      const extra = (length: number, between = call): number =>
        decode(assembled(farJumps(length, between))).length - length;
      expect(extra(1000)).toBe(extra(1000, set(3, 7)));
      expect(extra(10_000)).toBeGreaterThan(extra(10_000, set(3, 7)));
    });

    test.each([3, 60, 1000])("to %i places at once", (cases) => {
      const code = assembled(farSwitch(cases));
      expect(code.length / 8).toBeGreaterThan(100_000);
      for (const chosen of [0, 1, cases >> 1, cases - 1]) {
        expect(resultOf(code, BigInt(chosen)), `case ${chosen}`).toBe(BigInt(1000 + chosen));
      }
    });
  },
);

test("two constants of 64 bits count two units each", () => {
  const wide = bpfInstruction(0x18, undefined, { dst: 2, imm: 1, high: 2 });
  const code = fn(
    { body: [set(0, 0)], end: branch("eq", 2, 1) },
    { body: [wide, wide], end: goto(2) },
    { body: [], end: EXIT },
  );
  expect(listing(code)).toBe(
    [
      "   0: r0 = 0",
      "   1: if r1 == 0x1 goto pc+4",
      "   2: r2 = 0x200000001",
      "   4: r2 = 0x200000001",
      "   6: exit",
    ].join("\n"),
  );
});
