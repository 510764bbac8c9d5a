import type { InstructionSet, Obstacle } from "./instruction-set.js";
import { decodeX86, type X86Instruction } from "./x86-decode.js";

export const X86_64: InstructionSet = {
  lengthAt: (code, at) => decodeX86(code, at, 64)?.length,
  obstacleAt: (code, at) => {
    const instruction = decodeX86(code, at, 64);
    return instruction && (obstacleTo(instruction) ?? kindOf(instruction));
  },
};

/** 32-bit programs. Which kinds of their instructions are refused, only the kernel knows. */
export const I386: InstructionSet = {
  lengthAt: (code, at) => decodeX86(code, at, 32)?.length,
  obstacleAt: (code, at) => {
    const instruction = decodeX86(code, at, 32);
    return instruction && obstacleTo(instruction);
  },
};

/** Prefixes with which the kernel refuses every instruction (`is_prefix_bad` in arch/x86/kernel/uprobes.c). */
const BAD_PREFIXES: Readonly<Record<number, Obstacle>> = {
  0xf0: "with a lock prefix",
  0x26: "with a segment prefix",
  0x2e: "with a segment prefix",
  0x36: "with a segment prefix",
  0x3e: "with a segment prefix",
};

const isIn = (first: number, last: number, opcode: number): boolean => opcode >= first && opcode <= last;

/** Breakpoints, ports, `int`, `iret`, `hlt`, `cli`, `sti`, and what is invalid in 64-bit mode (`good_insns_64` there). */
const BAD_OPCODES: ReadonlySet<number> = new Set([
  0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x6c, 0x6d, 0x6e, 0x6f, 0x82, 0x9a,
  0xcc, 0xcd, 0xce, 0xcf, 0xd4, 0xd6, 0xe4, 0xe5, 0xe6, 0xe7, 0xea, 0xec, 0xed, 0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb,
]);

function obstacleTo({ prefixes, map, opcode }: X86Instruction): Obstacle | undefined {
  for (const prefix of prefixes) {
    const obstacle = BAD_PREFIXES[prefix];
    if (obstacle !== undefined) return obstacle;
  }
  return prefixes.includes(0x66) && isNearBranch(map, opcode) ? "that is a branch with a 16-bit operand" : undefined;
}

function kindOf({ map, opcode }: X86Instruction): Obstacle | undefined {
  // Vector instructions are looked up as if their opcode stood alone: `vmovdqa` is taken for `outs`.
  const isAlone = map === "one-byte" || map === "vector" || map === "xop";
  return isAlone && BAD_OPCODES.has(opcode) ? `of this kind (opcode ${hex(opcode)})` : undefined;
}

const isNearBranch = (map: X86Instruction["map"], opcode: number): boolean =>
  map === "0f" ? isIn(0x80, 0x8f, opcode) : map === "one-byte" && (isIn(0x70, 0x7f, opcode) || NEAR.has(opcode));
/** `call`, `jmp` */
const NEAR: ReadonlySet<number> = new Set([0xe8, 0xe9, 0xeb]);

const hex = (byte: number): string => byte.toString(16).padStart(2, "0");
