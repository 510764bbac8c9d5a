/**
 * What BPF computes and compares: the one table of each for assembler, disassembler, optimiser and the IR, whose
 * operations are these. Numbers are those of linux/bpf.h and linux/bpf_common.h; operands are signed, of 64 bits.
 */

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
/** The low six bits of a shift count are used. */
const count = (value: bigint): bigint => value & 63n;

interface Operation {
  /** In the opcode. */
  readonly code: number;
  /** How listings write it. */
  readonly sign: string;
  readonly commutes: boolean;
  /** The caller wraps the result. Nothing traps: divided by zero is 0, and the rest is the dividend. */
  readonly evaluate: (a: bigint, b: bigint) => bigint;
}

export const ALU = {
  add: { code: 0x00, sign: "+=", commutes: true, evaluate: (a, b) => a + b },
  sub: { code: 0x10, sign: "-=", commutes: false, evaluate: (a, b) => a - b },
  mul: { code: 0x20, sign: "*=", commutes: true, evaluate: (a, b) => a * b },
  div: { code: 0x30, sign: "/=", commutes: false, evaluate: (a, b) => (b === 0n ? 0n : unsigned(a) / unsigned(b)) },
  or: { code: 0x40, sign: "|=", commutes: true, evaluate: (a, b) => a | b },
  and: { code: 0x50, sign: "&=", commutes: true, evaluate: (a, b) => a & b },
  shl: { code: 0x60, sign: "<<=", commutes: false, evaluate: (a, b) => a << count(b) },
  shr: { code: 0x70, sign: ">>=", commutes: false, evaluate: (a, b) => unsigned(a) >> count(b) },
  mod: { code: 0x90, sign: "%=", commutes: false, evaluate: (a, b) => (b === 0n ? a : unsigned(a) % unsigned(b)) },
  xor: { code: 0xa0, sign: "^=", commutes: true, evaluate: (a, b) => a ^ b },
  sar: { code: 0xc0, sign: "s>>=", commutes: false, evaluate: (a, b) => a >> count(b) },
} as const satisfies Readonly<Record<string, Operation>>;

/** `div`, `mod` and `shr` are unsigned; `sar` is the signed shift. */
export type AluOp = keyof typeof ALU;

type Names = "eq" | "ne" | "ult" | "ule" | "ugt" | "uge" | "slt" | "sle" | "sgt" | "sge" | "test";

interface Relation {
  readonly code: number;
  readonly sign: string;
  /** The condition with its operands exchanged. */
  readonly swapped: Names;
  /** The condition that holds when this one does not; undefined where BPF has no such jump. */
  readonly negated: Names | undefined;
  /** What a comparison of a value with itself gives; `test` depends on the value. */
  readonly ofEquals: boolean | undefined;
  readonly evaluate: (a: bigint, b: bigint) => boolean;
}

const relation = (
  code: number,
  sign: string,
  [swapped, negated]: readonly [Names, Names | undefined],
  ofEquals: boolean | undefined,
  evaluate: Relation["evaluate"],
): Relation => ({ code, sign, swapped, negated, ofEquals, evaluate });

export const CONDITIONS = {
  eq: relation(0x10, "==", ["eq", "ne"], true, (a, b) => a === b),
  ne: relation(0x50, "!=", ["ne", "eq"], false, (a, b) => a !== b),
  ugt: relation(0x20, ">", ["ult", "ule"], false, (a, b) => unsigned(a) > unsigned(b)),
  uge: relation(0x30, ">=", ["ule", "ult"], true, (a, b) => unsigned(a) >= unsigned(b)),
  ult: relation(0xa0, "<", ["ugt", "uge"], false, (a, b) => unsigned(a) < unsigned(b)),
  ule: relation(0xb0, "<=", ["uge", "ugt"], true, (a, b) => unsigned(a) <= unsigned(b)),
  sgt: relation(0x60, "s>", ["slt", "sle"], false, (a, b) => a > b),
  sge: relation(0x70, "s>=", ["sle", "slt"], true, (a, b) => a >= b),
  slt: relation(0xc0, "s<", ["sgt", "sge"], false, (a, b) => a < b),
  sle: relation(0xd0, "s<=", ["sge", "sgt"], true, (a, b) => a <= b),
  test: relation(0x40, "&", ["test", undefined], undefined, (a, b) => (a & b) !== 0n),
} as const satisfies { readonly [C in Names]: Relation };

/** `u` unsigned, `s` signed; `test` is `(a & b) != 0`. */
export type Condition = keyof typeof CONDITIONS;
