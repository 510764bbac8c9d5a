/**
 * Programs of a few instructions that are written by hand: those by which a kernel is tried, and one that names addresses.
 * They are exactly what is written; jumps and calls of functions go by numbers of instructions.
 */
import type { AccessBytes } from "../ir/ir.js";
import { CALLEE, PSEUDO } from "./bpf.js";
import { type HelperName, HELPERS } from "./helpers.js";
import {
  aluOpcode,
  ATOMIC_COMPARE_EXCHANGE,
  atomicOpcode,
  CALL_OPCODE,
  EXIT_OPCODE,
  GOTO_OPCODE,
  jumpOpcode,
  LDIMM64,
  loadOpcode,
  MAY_GOTO_OPCODE,
  MOV64_IMMEDIATE,
  MOV64_REGISTER,
  storeImmediateOpcode,
  storeOpcode,
} from "./opcodes.js";
import { ALU, type AluOp, type Condition, CONDITIONS } from "./operations.js";

/** Eight bytes of code. */
export type Instruction = readonly [
  opcode: number,
  destination: number,
  source: number,
  offset: number,
  immediate: number,
];

/** Constants of 64 bits take two. */
export type SmallProgram = readonly (Instruction | readonly Instruction[])[];

/** A register by its number, or a constant. */
type Operand = { readonly r: number } | number;

const operation = (
  opcode: (options: { wide: boolean; register: boolean }) => number,
  register: number,
  operand: Operand,
  offset = 0,
): Instruction =>
  typeof operand === "number"
    ? [opcode({ wide: true, register: false }), register, 0, offset, operand]
    : [opcode({ wide: true, register: true }), register, operand.r, offset, 0];

export const FRAME = 10;

export const move = (to: number, from: Operand): Instruction =>
  typeof from === "number" ? [MOV64_IMMEDIATE, to, 0, 0, from] : [MOV64_REGISTER, to, from.r, 0, 0];

/** `to = (s8)from`, of ISA v4. */
export const moveSigned = (to: number, from: number, bits: 8 | 16 | 32): Instruction => [
  MOV64_REGISTER,
  to,
  from,
  bits,
  0,
];

export const compute = (op: AluOp, to: number, operand: Operand): Instruction =>
  operation((options) => aluOpcode(ALU[op].code, options), to, operand);

export const load = (bytes: AccessBytes, to: number, base: number, offset: number): Instruction => [
  loadOpcode(bytes),
  to,
  base,
  offset,
  0,
];

export const store = (bytes: AccessBytes, base: number, offset: number, value: Operand): Instruction =>
  typeof value === "number"
    ? [storeImmediateOpcode(bytes), base, 0, offset, value]
    : [storeOpcode(bytes), base, value.r, offset, 0];

/** @param by instructions after the next one */
/** `r0 = *place; if (r0 was that) *place = from` */
export const compareExchange = (base: number, offset: number, from: number): Instruction => [
  atomicOpcode(8),
  base,
  from,
  offset,
  ATOMIC_COMPARE_EXCHANGE,
];

export const jumpIf = (condition: Condition, register: number, operand: Operand, by: number): Instruction =>
  operation((options) => jumpOpcode(CONDITIONS[condition].code, options), register, operand, by);
export const jump = (by: number): Instruction => [GOTO_OPCODE, 0, 0, by, 0];
export const mayGoto = (by: number): Instruction => [MAY_GOTO_OPCODE, 0, 0, by, 0];

export const callHelper = (helper: HelperName | number): Instruction => [
  CALL_OPCODE,
  0,
  CALLEE.helper,
  0,
  typeof helper === "number" ? helper : HELPERS[helper].id,
];
export const callKfunc = (btfId: number): Instruction => [CALL_OPCODE, 0, CALLEE.kfunc, 0, btfId];
export const callFunction = (by: number): Instruction => [CALL_OPCODE, 0, CALLEE.function, 0, by];
export const exit: Instruction = [EXIT_OPCODE, 0, 0, 0, 0];

const SECOND_HALF: Instruction = [0, 0, 0, 0, 0];
/** A map by its descriptor. */
export const mapOf = (to: number, fd: number): readonly Instruction[] => [
  [LDIMM64, to, PSEUDO.map, 0, fd],
  SECOND_HALF,
];
/** The address of its value, of a map that has only one. */
export const valueOf = (to: number, fd: number): readonly Instruction[] => [
  [LDIMM64, to, PSEUDO.mapValue, 0, fd],
  SECOND_HALF,
];

export function assembleSmall(program: SmallProgram): Uint8Array {
  const instructions = program.flatMap((part) => (isOne(part) ? [part] : part));
  const bytes = new Uint8Array(instructions.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, [opcode, destination, source, offset, immediate]] of instructions.entries()) {
    view.setUint8(i * 8, opcode);
    view.setUint8(i * 8 + 1, (source << 4) | destination);
    view.setInt16(i * 8 + 2, offset, true);
    view.setInt32(i * 8 + 4, immediate, true);
  }
  return bytes;
}

const isOne = (part: Instruction | readonly Instruction[]): part is Instruction => typeof part[0] === "number";
