/**
 * Reads x86 instructions, in 64-bit or 32-bit mode, as far as it takes to know where the next one starts.
 *
 *     | legacy prefixes | REX or REX2 | opcode: xx, 0f xx, 0f 38 xx, 0f 3a xx | ModRM | SIB | displacement | immediate |
 *     | legacy prefixes | VEX, EVEX or XOP with the map | opcode              | ModRM | SIB | displacement | immediate |
 */
import { ADDED_IN_32_BITS, type Follows, ONE_BYTE, PROMOTED, TWO_BYTE, VECTOR_0F_WITH_BYTE } from "./x86-opcodes.js";

/** Of addresses and, by default, of operands. */
export type Mode = 64 | 32;

/** Which table an opcode is from. `vector`: by VEX or EVEX. */
export type OpcodeMap = "one-byte" | "0f" | "0f38" | "0f3a" | "3dnow" | "vector" | "xop";

export interface X86Instruction {
  readonly length: number;
  /** Legacy prefixes in order, without REX. */
  readonly prefixes: readonly number[];
  readonly map: OpcodeMap;
  readonly opcode: number;
}

const MAX_BYTES = 15;
const LOCK = 0xf0;
const OPERAND_SIZE = 0x66;
const ADDRESS_SIZE = 0x67;
const REPEAT_NOT_EQUAL = 0xf2;
const PREFIXES: ReadonlySet<number> = new Set([
  LOCK,
  REPEAT_NOT_EQUAL,
  0xf3,
  0x2e,
  0x36,
  0x3e,
  0x26,
  0x64,
  0x65,
  OPERAND_SIZE,
  ADDRESS_SIZE,
]);

/** Bits of REX; REX2 has them in its payload too. */
const REX_W = 8;
/** Of REX2: the opcode is from the map 0f. */
const REX2_MAP = 0x80;

const FIXED_IMMEDIATES: { readonly [F in Follows]?: number } = { ".": 0, r: 0, m: 0, b: 1, B: 1, w: 2, W: 3 };

/** @returns `undefined` for what is no instruction, or not wholly there */
export function decodeX86(code: Uint8Array, start: number, mode: Mode): X86Instruction | undefined {
  const reader = new Reader(code, start, mode);
  const found = reader.instruction();
  const length = reader.at - start;
  if (found === undefined || reader.at > code.length || length > MAX_BYTES) return undefined;
  return { length, prefixes: reader.prefixes, ...found };
}

type Found = Pick<X86Instruction, "map" | "opcode">;

class Reader {
  at: number;
  readonly prefixes: number[] = [];
  readonly #code: Uint8Array;
  readonly #mode: Mode;
  #rex = 0;

  constructor(code: Uint8Array, start: number, mode: Mode) {
    this.#code = code;
    this.#mode = mode;
    this.at = start;
  }

  instruction(): Found | undefined {
    while (PREFIXES.has(this.#peek())) this.prefixes.push(this.#next());
    // Only a REX just before the opcode counts: others would be followed by a prefix, which no compiler writes.
    if (this.#mode === 64 && (this.#peek() & 0xf0) === 0x40) this.#rex = this.#next() & 0xf;
    const opcode = this.#next();
    if (opcode === 0x0f) return this.#afterEscape();
    if (opcode === 0x8f && (this.#peek() & 0x1f) >= 8) return this.#xop();
    if (opcode === 0x8f) return this.#opcode("one-byte", opcode, "m");
    // In 32-bit mode these are other instructions as well, which have an operand in memory.
    if (this.#mode === 64 || this.#peek() >= 0xc0) {
      if (opcode === 0xc4 || opcode === 0xc5) return this.#vex(opcode);
      if (opcode === 0x62) return this.#evex();
    }
    if (this.#mode === 32) return this.#opcode("one-byte", opcode, ADDED_IN_32_BITS[opcode] ?? ONE_BYTE[opcode]);
    return opcode === 0xd5 ? this.#afterRex2() : this.#opcode("one-byte", opcode, ONE_BYTE[opcode]);
  }

  #afterEscape(): Found | undefined {
    const opcode = this.#next();
    if (opcode === 0x38) return this.#opcode("0f38", this.#next(), "m");
    if (opcode === 0x3a) return this.#opcode("0f3a", this.#next(), "B");
    // 3DNow! has its opcode where others have an immediate.
    if (opcode === 0x0f) return this.#opcode("3dnow", opcode, "B");
    return this.#opcode("0f", opcode, opcode === 0x78 ? this.#extractOrInsert() : TWO_BYTE[opcode]);
  }

  /** `vmread`, but with a prefix SSE4a's `extrq` and `insertq`, which have two immediate bytes. */
  #extractOrInsert(): Follows {
    const isSse4a = this.#hasPrefix(OPERAND_SIZE) || this.#hasPrefix(REPEAT_NOT_EQUAL);
    if (isSse4a) this.at += 2;
    return "m";
  }

  #afterRex2(): Found | undefined {
    const payload = this.#next();
    this.#rex = payload & 0xf;
    const opcode = this.#next();
    return (payload & REX2_MAP) === 0
      ? this.#opcode("one-byte", opcode, ONE_BYTE[opcode])
      : this.#opcode("0f", opcode, TWO_BYTE[opcode]);
  }

  #vex(first: number): Found | undefined {
    const map = first === 0xc5 ? (this.#next(), 1) : this.#next() & 0x1f;
    if (first === 0xc4) this.at++;
    const opcode = this.#next();
    if (map === 1) return this.#opcode("vector", opcode, opcode === 0x77 ? "." : vector0f(opcode));
    if (map === 2) return this.#opcode("vector", opcode, "m");
    if (map === 3) return this.#opcode("vector", opcode, "B");
    return map === 7 ? this.#opcode("vector", opcode, "Z") : undefined;
  }

  #evex(): Found | undefined {
    const first = this.#next();
    const map = first & 7;
    const second = this.#next();
    this.at++;
    const opcode = this.#next();
    if (map === 1) return this.#opcode("vector", opcode, vector0f(opcode));
    if (map === 3) return this.#opcode("vector", opcode, "B");
    if (map === 4) {
      this.#rex = (second & 0x80) === 0 ? 0 : REX_W;
      if ((second & 3) === 1) this.prefixes.push(OPERAND_SIZE);
      return this.#opcode("vector", opcode, PROMOTED[opcode] ?? "m");
    }
    if (map === 7) return this.#opcode("vector", opcode, "Z");
    return map === 0 ? undefined : this.#opcode("vector", opcode, "m");
  }

  #xop(): Found | undefined {
    const map = this.#next() & 0x1f;
    this.at++;
    const opcode = this.#next();
    if (map === 8) return this.#opcode("xop", opcode, "B");
    if (map === 9) return this.#opcode("xop", opcode, "m");
    if (map !== 10) return undefined;
    const found = this.#opcode("xop", opcode, "m");
    this.at += 4;
    return found;
  }

  #opcode(map: OpcodeMap, opcode: number, follows: Follows | undefined): Found | undefined {
    if (follows === undefined || follows === "-" || follows === "x") return undefined;
    const group = this.#peek() & 0x38;
    if (follows === "r") this.at++;
    if ("mBZgG".includes(follows)) this.#modrm();
    this.at += this.#immediateBytes(follows, group);
    return { map, opcode };
  }

  #immediateBytes(follows: Follows, group: number): number {
    const fixed = FIXED_IMMEDIATES[follows];
    if (fixed !== undefined) return fixed;
    if (follows === "o") return this.#mode / (this.#hasPrefix(ADDRESS_SIZE) ? 16 : 8);
    // In 64-bit mode jumps are never short of half their distance.
    if (follows === "j") return this.#mode === 64 ? 4 : this.#operandBytes();
    if (follows === "p") return this.#operandBytes() + 2;
    // Of the group of f6 and f7, `test` alone has an immediate.
    if (follows === "g") return group < 0x10 ? 1 : 0;
    if (follows === "G") return group < 0x10 ? this.#operandBytes() : 0;
    return follows === "v" && (this.#rex & REX_W) !== 0 ? 8 : this.#operandBytes();
  }

  /** 8-byte operands have immediates of 4 bytes. */
  #operandBytes(): 2 | 4 {
    return this.#hasPrefix(OPERAND_SIZE) && (this.#rex & REX_W) === 0 ? 2 : 4;
  }

  #modrm(): void {
    const modrm = this.#next();
    const mod = modrm >> 6;
    if (mod === 3) return;
    if (this.#mode === 32 && this.#hasPrefix(ADDRESS_SIZE)) {
      this.at += mod === 1 ? 1 : mod === 2 || (modrm & 7) === 6 ? 2 : 0;
      return;
    }
    const hasSib = (modrm & 7) === 4;
    const base = hasSib ? this.#next() & 7 : modrm & 7;
    // Mode 0 with base 5 is a bare displacement, from the next instruction on unless there is a SIB.
    if (mod === 2 || (mod === 0 && base === 5)) this.at += 4;
    else if (mod === 1) this.at++;
  }

  #hasPrefix(prefix: number): boolean {
    return this.prefixes.includes(prefix);
  }

  #peek(): number {
    return this.#code[this.at] ?? 0;
  }

  /** Runs over the end of the code; who called finds that out afterwards. */
  #next(): number {
    return this.#code[this.at++] ?? 0;
  }
}

const vector0f = (opcode: number): Follows => (VECTOR_0F_WITH_BYTE.has(opcode) ? "B" : "m");
