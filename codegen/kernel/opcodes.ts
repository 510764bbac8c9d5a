/**
 * The numbers of BPF instructions, as linux/bpf.h and linux/bpf_common.h give them.
 *
 *     opcode of ALU, ALU64, JMP, JMP32          opcode of LD, LDX, ST, STX
 *     7       4   3   2       0                 7       5 4    3 2       0
 *     |  operation | X | class |                |  mode  | size | class |
 *
 * An instruction is 8 bytes: opcode, `dst | src << 4`, 16-bit offset, 32-bit immediate. Only `ldimm64`
 * takes two of them.
 */
import type { AccessBytes } from "../ir/ir.js";
import { ALU } from "./operations.js";

export const CLASS = {
  ld: 0x00,
  ldx: 0x01,
  st: 0x02,
  stx: 0x03,
  alu32: 0x04,
  jmp: 0x05,
  jmp32: 0x06,
  alu64: 0x07,
} as const;
export const CLASS_MASK = 0x07;

/** Bit 3 of arithmetic and jumps: the second operand is a register, not the immediate. */
export const FROM_REGISTER = 0x08;

export const MODE = { imm: 0x00, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const;
export const MODE_MASK = 0xe0;

export const SIZE: { readonly [B in AccessBytes]: number } = { 4: 0x00, 2: 0x08, 1: 0x10, 8: 0x18 };
export const SIZE_MASK = 0x18;

export const OPERATION_MASK = 0xf0;

/** Arithmetic that is none of `operations.ts`. */
export const NEG = 0x80;
export const MOV = 0xb0;
export const END = 0xd0;

export const JA = 0x00;
export const CALL = 0x80;
export const EXIT = 0x90;
/** With source 0 and 6.9 or later: `may_goto`. */
export const JCOND = 0xe0;

/** In the immediate of an atomic instruction. */
export const ATOMIC_FETCH = 0x01;
/** `r0 = *(u64 *)place; if (r0 was that) *place = src` */
export const ATOMIC_COMPARE_EXCHANGE = 0xf1;

export const LDIMM64 = CLASS.ld | MODE.imm | SIZE[8];

// ---------------------------------------------------------------- whole opcodes

/** `wide` is the 64-bit form; the other one works on the low halves and clears the upper half of the result. */
export const aluOpcode = (operation: number, options: { readonly wide: boolean; readonly register: boolean }): number =>
  operation | (options.register ? FROM_REGISTER : 0) | (options.wide ? CLASS.alu64 : CLASS.alu32);

export const jumpOpcode = (code: number, options: { readonly wide: boolean; readonly register: boolean }): number =>
  code | (options.register ? FROM_REGISTER : 0) | (options.wide ? CLASS.jmp : CLASS.jmp32);

export const MOV64_REGISTER = aluOpcode(MOV, { wide: true, register: true });
export const MOV64_IMMEDIATE = aluOpcode(MOV, { wide: true, register: false });
export const MOV32_REGISTER = aluOpcode(MOV, { wide: false, register: true });
export const MOV32_IMMEDIATE = aluOpcode(MOV, { wide: false, register: false });
export const ADD64_IMMEDIATE = aluOpcode(ALU.add.code, { wide: true, register: false });
/** Reverses bytes on the little-endian machines that we support; every kernel has it, unlike `bswap` of v4. */
export const TO_BIG_ENDIAN = aluOpcode(END, { wide: false, register: true });

export const loadOpcode = (bytes: AccessBytes): number => CLASS.ldx | MODE.mem | SIZE[bytes];
/** Requires ISA v4 (6.6). */
export const loadSignedOpcode = (bytes: AccessBytes): number => CLASS.ldx | MODE.memsx | SIZE[bytes];
export const storeOpcode = (bytes: AccessBytes): number => CLASS.stx | MODE.mem | SIZE[bytes];
export const storeImmediateOpcode = (bytes: AccessBytes): number => CLASS.st | MODE.mem | SIZE[bytes];
export const atomicOpcode = (bytes: 4 | 8): number => CLASS.stx | MODE.atomic | SIZE[bytes];

export const CALL_OPCODE = CLASS.jmp | CALL;
export const EXIT_OPCODE = CLASS.jmp | EXIT;
export const GOTO_OPCODE = CLASS.jmp | JA;
/** Jumps by the 32-bit immediate; requires ISA v4 (6.6). */
export const GOTOL_OPCODE = CLASS.jmp32 | JA;
export const MAY_GOTO_OPCODE = CLASS.jmp | JCOND;

export const FRAME_REGISTER = 10;
