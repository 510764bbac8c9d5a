/** Prints encoded instructions as the kernel's own dumps do (`bpftool prog dump xlated`). */
import { HELPERS } from "../../kernel/helpers.js";
import { decode, type DecodedInstruction } from "./decode.js";
import { CALLEE, PSEUDO } from "../../kernel/bpf.js";
import {
  ATOMIC_COMPARE_EXCHANGE,
  ATOMIC_FETCH,
  CALL,
  CLASS,
  CLASS_MASK,
  END,
  EXIT,
  FROM_REGISTER,
  JA,
  JCOND,
  MODE,
  MODE_MASK,
  MOV,
  NEG,
  OPERATION_MASK,
  SIZE,
  SIZE_MASK,
} from "../../kernel/opcodes.js";
import { ALU, CONDITIONS } from "../../kernel/operations.js";

/** One line for each instruction: `   3: r2 += -8`. */
export function disassemble(code: Uint8Array): string {
  return decode(code)
    .map((instruction) => `${String(instruction.place).padStart(4)}: ${formatInstruction(instruction)}`)
    .join("\n");
}

/** The text of one instruction, without its place. */
export function formatInstruction(instruction: DecodedInstruction): string {
  const format = FORMATS.get(instruction.opcode & CLASS_MASK);
  return format?.(instruction) ?? unknown(instruction);
}

type Format = (instruction: DecodedInstruction) => string | undefined;

const unknown = ({ opcode }: DecodedInstruction): string => `(${opcode.toString(16).padStart(2, "0")}) unknown`;

const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
const signed = (value: number): string => (value < 0 ? `${value}` : `+${value}`);

const FORMATS: ReadonlyMap<number, Format> = new Map<number, Format>([
  [CLASS.alu64, (i) => alu(i, "r")],
  [CLASS.alu32, (i) => alu(i, "w")],
  [CLASS.jmp, (i) => jump(i, "r")],
  [CLASS.jmp32, (i) => jump(i, "w")],
  [CLASS.ld, loadImmediate],
  [CLASS.ldx, load],
  [CLASS.st, (i) => `${memory(i, i.dst)} = ${i.imm}`],
  [CLASS.stx, store],
]);

// ---------------------------------------------------------------- arithmetic

const ALU_SIGNS: ReadonlyMap<number, string> = new Map(Object.values(ALU).map(({ code, sign }) => [code, sign]));

function alu({ opcode, dst, src, offset, imm }: DecodedInstruction, prefix: string): string | undefined {
  const operation = opcode & OPERATION_MASK;
  const target = `${prefix}${dst}`;
  const operand = (opcode & FROM_REGISTER) !== 0 ? `${prefix}${src}` : `${imm}`;
  if (operation === NEG) return `${target} = -${target}`;
  if (operation === END) return endian(opcode, dst, imm);
  if (operation === MOV) return offset === 0 ? `${target} = ${operand}` : `${target} = (s${offset})${prefix}${src}`;
  const sign = ALU_SIGNS.get(operation);
  return sign === undefined ? undefined : `${target} ${offset === 1 ? "s" : ""}${sign} ${operand}`;
}

function endian(opcode: number, dst: number, bits: number): string {
  const name = (opcode & CLASS_MASK) === CLASS.alu64 ? "bswap" : (opcode & FROM_REGISTER) === 0 ? "le" : "be";
  return `r${dst} = ${name}${bits} r${dst}`;
}

// ---------------------------------------------------------------- memory

const SIZES: ReadonlyMap<number, number> = new Map(([1, 2, 4, 8] as const).map((bytes) => [SIZE[bytes], bytes * 8]));

const memory = ({ opcode, offset }: DecodedInstruction, base: number, sign = "u"): string =>
  `*(${sign}${SIZES.get(opcode & SIZE_MASK) ?? 0} *)(r${base} ${signed(offset)})`;

function load(instruction: DecodedInstruction): string | undefined {
  const mode = instruction.opcode & MODE_MASK;
  if (mode !== MODE.mem && mode !== MODE.memsx) return undefined;
  return `r${instruction.dst} = ${memory(instruction, instruction.src, mode === MODE.memsx ? "s" : "u")}`;
}

function store(instruction: DecodedInstruction): string | undefined {
  const { opcode, dst, src, imm } = instruction;
  const mode = opcode & MODE_MASK;
  if (mode === MODE.mem) return `${memory(instruction, dst)} = r${src}`;
  if (mode !== MODE.atomic) return undefined;
  if (imm === 0) return `lock ${memory(instruction, dst)} += r${src}`;
  const bits = SIZES.get(opcode & SIZE_MASK) ?? 0;
  const place = `(u${bits} *)(r${dst} ${signed(instruction.offset)})`;
  if (imm === ATOMIC_COMPARE_EXCHANGE) return `r0 = atomic${bits === 64 ? "64" : ""}_cmpxchg(${place}, r0, r${src})`;
  return imm === ATOMIC_FETCH ? `r${src} = atomic${bits === 64 ? "64" : ""}_fetch_add(${place}, r${src})` : undefined;
}

const PSEUDO_FORMATS: ReadonlyMap<number, (instruction: DecodedInstruction) => string> = new Map([
  [PSEUDO.none, ({ imm, high }: DecodedInstruction) => `0x${wide(imm, high).toString(16)}`],
  [PSEUDO.map, ({ imm }: DecodedInstruction) => `map[id:${imm}]`],
  [PSEUDO.mapValue, ({ imm, high }: DecodedInstruction) => `map[id:${imm}][0]${signed(high)}`],
  [PSEUDO.function, ({ place, imm }: DecodedInstruction) => `subprog[${place + imm + 1}]`],
]);

function loadImmediate(instruction: DecodedInstruction): string | undefined {
  const value = PSEUDO_FORMATS.get(instruction.src)?.(instruction);
  return value === undefined ? undefined : `r${instruction.dst} = ${value}`;
}

const wide = (low: number, high: number): bigint => BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0));

// ---------------------------------------------------------------- jumps

const JUMP_SIGNS: ReadonlyMap<number, string> = new Map(
  Object.values(CONDITIONS).map(({ code, sign }) => [code, sign]),
);
const HELPER_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(HELPERS).map(([name, { id }]) => [id, name]));

function jump(instruction: DecodedInstruction, prefix: string): string | undefined {
  const { opcode, dst, src, offset, imm } = instruction;
  const operation = opcode & OPERATION_MASK;
  if (operation === CALL) return call(instruction);
  if (operation === EXIT) return "exit";
  if (operation === JA) return prefix === "w" ? `gotol pc${signed(imm)}` : `goto pc${signed(offset)}`;
  if (operation === JCOND) return `may_goto pc${signed(offset)}`;
  const sign = JUMP_SIGNS.get(operation);
  if (sign === undefined) return undefined;
  const operand = (opcode & FROM_REGISTER) !== 0 ? `${prefix}${src}` : hex(imm);
  return `if ${prefix}${dst} ${sign} ${operand} goto pc${signed(offset)}`;
}

function call({ src, imm }: DecodedInstruction): string {
  if (src === CALLEE.function) return `call pc${signed(imm)}`;
  if (src === CALLEE.kfunc) return `call kernel-function#${imm}`;
  const name = HELPER_NAMES.get(imm);
  return name === undefined ? `call unknown#${imm}` : `call bpf_${name}#${imm}`;
}
