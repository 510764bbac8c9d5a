/** Selects arithmetic, extensions and byte swaps. */
import type { AluOp, Instruction, Value } from "../../ir/ir.js";
import type { VirtualRegister } from "../machine/machine.js";
import { MOV, MOV32_REGISTER, NEG, TO_BIG_ENDIAN, aluOpcode } from "../../kernel/opcodes.js";
import { ALU } from "../../kernel/operations.js";
import { asImmediate, type Selection } from "./selection.js";

type Op<O extends Instruction["op"]> = Extract<Instruction, { op: O }>;

const LOW_HALF = 0xffffffffn;
const NEG64 = aluOpcode(NEG, { wide: true, register: false });

export function selectAlu(s: Selection, { alu, result, left, right }: Op<"alu">): void {
  const constant = s.facts.constant(right);
  if (constant !== undefined) {
    selectWithConstant(s, alu, result, left, constant);
  } else if (ALU[alu].commutes && s.facts.constant(left) !== undefined) {
    selectWithConstant(s, alu, result, right, s.facts.constant(left) ?? 0n);
  } else if (alu === "sub" && s.facts.constant(left) === 0n) {
    s.emit("alu-immediate", { opcode: NEG64, def: result, a: s.use(right) });
  } else if (ALU[alu].commutes && s.typeOf(left) === "int" && s.typeOf(right) !== "int") {
    s.emitAlu(alu, result, s.use(right), s.use(left));
  } else {
    s.emitAlu(alu, result, s.use(left), s.use(right));
  }
}

function selectWithConstant(s: Selection, alu: AluOp, result: Value, left: Value, constant: bigint): void {
  const simple = STRENGTH[alu]?.(BigInt.asUintN(64, constant)) ?? { alu, constant };
  if ("value" in simple) {
    s.emit("alu-immediate", {
      opcode: aluOpcode(MOV, { wide: true, register: false }),
      def: result,
      imm: Number(simple.value),
    });
    return;
  }
  if ("same" in simple) {
    // A move by another name: the allocator gives both one register where it can.
    s.emit("unary", { opcode: aluOpcode(MOV, { wide: true, register: true }), def: result, a: s.use(left) });
    return;
  }
  const imm = asImmediate(simple.constant);
  if (imm !== undefined) s.emitAluImmediate(simple.alu, result, s.use(left), imm);
  else if (simple.alu === "and" && simple.constant === LOW_HALF)
    s.emit("unary", { opcode: MOV32_REGISTER, def: result, a: s.use(left) });
  else if (fitsHalf(s, simple.alu, left, simple.constant))
    s.emitAluImmediate(simple.alu, result, s.use(left), Number(simple.constant) | 0, false);
  else s.emitAlu(simple.alu, result, s.use(left), s.constant(simple.constant));
}

/** The 32-bit form clears the upper half, which is what these leave there anyway. */
function fitsHalf(s: Selection, alu: AluOp, left: Value, constant: bigint): boolean {
  if (constant < 0n || constant > LOW_HALF) return false;
  return alu === "and" || ((alu === "or" || alu === "xor") && s.facts.significantBits(left) <= 32);
}

type Simpler =
  { readonly alu: AluOp; readonly constant: bigint } | { readonly value: bigint } | { readonly same: true };

/** The exponent of a power of two. */
const log2 = (value: bigint): number | undefined =>
  value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : undefined;

const shift =
  (alu: AluOp) =>
  (constant: bigint): Simpler =>
    // The kernel refuses immediate shifts by more than 63; at run time they count modulo 64.
    (constant & 63n) === 0n ? { same: true } : { alu, constant: constant & 63n };

/** Cheaper or allowed forms for arithmetic with an unsigned 64-bit constant on its right. */
const STRENGTH: { readonly [A in AluOp]?: (constant: bigint) => Simpler } = {
  add: (c) => (c === 0n ? { same: true } : { alu: "add", constant: BigInt.asIntN(64, c) }),
  sub: (c) => (c === 0n ? { same: true } : { alu: "add", constant: BigInt.asIntN(64, -c) }),
  mul: (c) => byPowerOfTwo(c, "shl", "mul"),
  // The kernel refuses an immediate divisor of 0. BPF's meaning is 0 for the quotient, the dividend for the remainder.
  div: (c) => (c === 0n ? { value: 0n } : byPowerOfTwo(c, "shr", "div")),
  mod: (c) => (c === 0n ? { same: true } : log2(c) === undefined ? signed("mod", c) : signed("and", c - 1n)),
  and: (c) => (c === 0n ? { value: 0n } : c === 0xffff_ffff_ffff_ffffn ? { same: true } : signed("and", c)),
  or: (c) => (c === 0n ? { same: true } : signed("or", c)),
  xor: (c) => (c === 0n ? { same: true } : signed("xor", c)),
  shl: shift("shl"),
  shr: shift("shr"),
  sar: shift("sar"),
};

const signed = (alu: AluOp, constant: bigint): Simpler => ({ alu, constant: BigInt.asIntN(64, constant) });

function byPowerOfTwo(constant: bigint, shiftBy: AluOp, alu: AluOp): Simpler {
  if (alu === "mul" && constant === 0n) return { value: 0n };
  const exponent = log2(constant);
  if (exponent === undefined) return signed(alu, constant);
  return exponent === 0 ? { same: true } : { alu: shiftBy, constant: BigInt(exponent) };
}

// ---------------------------------------------------------------- narrow integers

export function selectExtend(s: Selection, { result, value, bits, isSigned }: Op<"extend">): void {
  if (isSigned) selectSignExtension(s, result, s.useLowHalf(value), bits);
  else if (bits < 32) s.emitAluImmediate("and", result, s.use(value), (1 << bits) - 1);
  else if (!selectHalfAlu(s, result, value))
    s.emit("unary", { opcode: MOV32_REGISTER, def: result, a: s.useLowHalf(value) });
}

function selectSignExtension(s: Selection, result: Value, value: VirtualRegister, bits: number): void {
  if (s.supports("isa-v4")) {
    s.emit("unary", { opcode: aluOpcode(MOV, { wide: true, register: true }), def: result, a: value, offset: bits });
    return;
  }
  const shifted = s.temporary();
  s.emitAluImmediate("shl", shifted, value, 64 - bits);
  s.emitAluImmediate("sar", result, shifted, 64 - bits);
}

/** Their low halves depend on the low halves of their operands alone. */
const HALF_ALUS: ReadonlySet<AluOp> = new Set(["add", "sub", "mul", "and", "or", "xor"]);

/** `(u32)(a op b)` is one 32-bit instruction, when nothing else looks at `a op b`. */
function selectHalfAlu(s: Selection, result: Value, value: Value): boolean {
  const inner = s.facts.definition(value);
  if (inner?.op !== "alu" || !s.facts.isUsedOnce(value) || !HALF_ALUS.has(inner.alu)) return false;
  if (s.typeOf(inner.result) !== "int" || s.typeOf(inner.left) !== "int" || s.typeOf(inner.right) !== "int")
    return false;
  const [left, right] =
    ALU[inner.alu].commutes && s.facts.constant(inner.left) !== undefined
      ? [inner.right, inner.left]
      : [inner.left, inner.right];
  const constant = s.facts.constant(right);
  if (constant === undefined) s.emitAlu(inner.alu, result, s.useLowHalf(left), s.useLowHalf(right), false);
  else s.emitAluImmediate(inner.alu, result, s.useLowHalf(left), Number(BigInt.asIntN(32, constant)), false);
  return true;
}

export function selectByteSwap(s: Selection, { result, value, bits }: Op<"byte-swap">): void {
  s.emit("alu-immediate", { opcode: TO_BIG_ENDIAN, def: result, a: s.use(value), imm: bits });
}
