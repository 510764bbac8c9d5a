import { describe, expect, test } from "vitest";
import { assemble } from "../../../codegen/bpf/assemble.js";
import { bpfInstruction, type CodeBlock, type FunctionCode } from "../../../codegen/bpf/code.js";
import { decode, disassemble } from "../../../codegen/bpf/index.js";
import { jumpOpcode, JUMPS, MOV64_IMMEDIATE } from "../../../codegen/bpf/opcodes.js";
import { runBpf } from "../../support/bpf-interpreter.js";

const set = (dst: number, imm: number): CodeBlock["body"][number] =>
  bpfInstruction(MOV64_IMMEDIATE, undefined, { dst, imm });
const goto = (target: number): CodeBlock["end"] => ({ kind: "goto", target, span: undefined });
const branch = (condition: "eq" | "test", then: number, otherwise: number): CodeBlock["end"] => ({
  kind: "branch",
  jump: bpfInstruction(jumpOpcode(JUMPS[condition].code, { wide: true, register: false }), undefined, {
    dst: 1,
    imm: 1,
  }),
  then,
  otherwise,
});
const EXIT: CodeBlock["end"] = { kind: "exit", span: undefined };

const fn = (...blocks: CodeBlock[]): FunctionCode => ({ index: 0, name: "f", blocks, frameBytes: 0 });
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

/** `r1 == 1` goes to the end, over `length` instructions; the loop back to the start is as long. */
const farJumps = (length: number): FunctionCode => {
  const body = Array.from({ length }, () => set(3, 7));
  return fn(
    { body: [set(0, 0), set(1, 0)], end: goto(1) },
    { body: [], end: branch("eq", 3, 2) },
    { body: [...body, set(1, 1)], end: goto(1) },
    { body: [set(0, 42)], end: EXIT },
  );
};

/**
 * A switch whose cases are all far behind it: case `n` answers `1000 + n` and goes back to the exit, which stands first.
 * Between two conditions there are so many other instructions that the program is longer than 100,000.
 */
const farSwitch = (cases: number): FunctionCode => {
  const padding = Array.from({ length: Math.ceil(100_000 / cases) }, () => set(3, 7));
  const is = (value: number): CodeBlock["end"] => ({
    kind: "branch",
    jump: bpfInstruction(jumpOpcode(JUMPS.eq.code, { wide: true, register: false }), undefined, { dst: 0, imm: value }),
    then: FIRST_CASE + cases + value,
    otherwise: FIRST_CASE + value + 1,
  });
  const conditions = Array.from({ length: cases }, (_, n) => ({ body: padding, end: is(n) }));
  const answers = Array.from({ length: cases }, (_, n) => ({ body: [set(0, 1000 + n)], end: goto(1) }));
  return fn({ body: [LOAD_CASE], end: goto(FIRST_CASE) }, { body: [set(3, 1)], end: EXIT }, ...conditions, ...answers);
};

const FIRST_CASE = 2;
/** The first eight bytes of the context. */
const LOAD_CASE = bpfInstruction(0x79, undefined, { dst: 0, src: 1 });

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
