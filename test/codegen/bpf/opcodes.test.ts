/** The tables agree with the header of the machine. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PSEUDO } from "../../../codegen/kernel/bpf.js";
import { CALL, CLASS, END, EXIT, FROM_REGISTER, JA, MODE, MOV, NEG, SIZE } from "../../../codegen/kernel/opcodes.js";
import { ALU, CONDITIONS } from "../../../codegen/kernel/operations.js";

const HEADERS = ["/usr/include/linux/bpf_common.h", "/usr/include/linux/bpf.h"];

function definitions(): ReadonlyMap<string, number> {
  const text = HEADERS.map((path) => readFileSync(path, "latin1")).join("\n");
  const found = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^#define\s+BPF_(\w+)\s+(0x[0-9a-f]+|\d+)\b/gm))
    found.set(name ?? "", Number(value));
  return found;
}

/** Our names, the header's, our numbers. Newer than the header of Debian 12: MEMSX, JCOND. */
const ROWS: readonly (readonly [name: string, ours: number])[] = [
  ["LD", CLASS.ld],
  ["LDX", CLASS.ldx],
  ["ST", CLASS.st],
  ["STX", CLASS.stx],
  ["ALU", CLASS.alu32],
  ["ALU64", CLASS.alu64],
  ["JMP", CLASS.jmp],
  ["JMP32", CLASS.jmp32],
  ["X", FROM_REGISTER],
  ["IMM", MODE.imm],
  ["MEM", MODE.mem],
  ["ATOMIC", MODE.atomic],
  ["W", SIZE[4]],
  ["H", SIZE[2]],
  ["B", SIZE[1]],
  ["DW", SIZE[8]],
  ["ADD", ALU.add.code],
  ["SUB", ALU.sub.code],
  ["MUL", ALU.mul.code],
  ["DIV", ALU.div.code],
  ["OR", ALU.or.code],
  ["AND", ALU.and.code],
  ["LSH", ALU.shl.code],
  ["RSH", ALU.shr.code],
  ["MOD", ALU.mod.code],
  ["XOR", ALU.xor.code],
  ["ARSH", ALU.sar.code],
  ["NEG", NEG],
  ["MOV", MOV],
  ["END", END],
  ["JA", JA],
  ["JEQ", CONDITIONS.eq.code],
  ["JNE", CONDITIONS.ne.code],
  ["JGT", CONDITIONS.ugt.code],
  ["JGE", CONDITIONS.uge.code],
  ["JLT", CONDITIONS.ult.code],
  ["JLE", CONDITIONS.ule.code],
  ["JSGT", CONDITIONS.sgt.code],
  ["JSGE", CONDITIONS.sge.code],
  ["JSLT", CONDITIONS.slt.code],
  ["JSLE", CONDITIONS.sle.code],
  ["JSET", CONDITIONS.test.code],
  ["CALL", CALL],
  ["EXIT", EXIT],
  ["PSEUDO_MAP_FD", PSEUDO.map],
  ["PSEUDO_MAP_VALUE", PSEUDO.mapValue],
  ["PSEUDO_FUNC", PSEUDO.function],
];

describe.skipIf(!HEADERS.every((path) => existsSync(path)))("opcodes are those of linux/bpf.h", () => {
  const known = definitions();
  test.each(ROWS)("BPF_%s", (name, ours) => {
    expect(ours).toBe(known.get(name));
  });
});

describe("conditions", () => {
  const pairs = [0n, 1n, -1n, 5n].flatMap((a) => [0n, 1n, -1n, 7n].map((b) => [a, b] as const));
  const u = (value: bigint): bigint => BigInt.asUintN(64, value);
  const holds: { readonly [C in keyof typeof CONDITIONS]: (a: bigint, b: bigint) => boolean } = {
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    ult: (a, b) => u(a) < u(b),
    ule: (a, b) => u(a) <= u(b),
    ugt: (a, b) => u(a) > u(b),
    uge: (a, b) => u(a) >= u(b),
    slt: (a, b) => a < b,
    sle: (a, b) => a <= b,
    sgt: (a, b) => a > b,
    sge: (a, b) => a >= b,
    test: (a, b) => (a & b) !== 0n,
  };
  test.each(Object.entries(CONDITIONS) as [keyof typeof CONDITIONS, (typeof CONDITIONS)[keyof typeof CONDITIONS]][])(
    "%s holds, swaps and negates",
    (condition, { swapped, negated, evaluate }) => {
      for (const [a, b] of pairs) {
        expect(evaluate(a, b)).toBe(holds[condition](a, b));
        expect(holds[swapped](b, a)).toBe(holds[condition](a, b));
        if (negated !== undefined) expect(holds[negated](a, b)).toBe(!holds[condition](a, b));
      }
    },
  );
});
