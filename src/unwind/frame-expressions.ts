/** The few expressions that compilers and linkers write for CFAs and registers. All others are as good as unknown. */
import type { UnwindArchitecture } from "../../codegen/kernel/unwind-rules.js";
import { FrameCursor } from "./frame-cursor.js";

export type FrameExpression =
  /** What lies at an offset of a register. */
  | { readonly kind: "indirect"; readonly register: number; readonly offset: number }
  /** An offset of a register. */
  | { readonly kind: "register"; readonly register: number; readonly offset: number }
  /** The stack pointer and 8, and a word more from the byte `from` of each 16 on. */
  | { readonly kind: "plt"; readonly from: number }
  | { readonly kind: "unknown" };

/** DW_OP_*, by number. */
const OP = {
  deref: 0x06,
  and: 0x1a,
  plus: 0x22,
  shl: 0x24,
  ge: 0x2a,
  lit0: 0x30,
  lit31: 0x4f,
  breg0: 0x70,
  breg31: 0x8f,
} as const;

const UNKNOWN: FrameExpression = { kind: "unknown" };

export function readExpression(bytes: Uint8Array, { dwarf }: UnwindArchitecture): FrameExpression {
  const cursor = new FrameCursor(bytes);
  try {
    const operation = cursor.u8();
    if (operation < OP.breg0 || operation > OP.breg31) return UNKNOWN;
    const register = operation - OP.breg0;
    const offset = cursor.sleb();
    if (cursor.at === bytes.length) return { kind: "register", register, offset };
    if (cursor.at === bytes.length - 1 && cursor.u8() === OP.deref) return { kind: "indirect", register, offset };
    return register === dwarf.sp && offset === 8 ? pltEntry(cursor, bytes.length, dwarf) : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}

/** `sp + 8 + ((ip & 15) >= FROM) * 8`, as linkers write it. */
function pltEntry(cursor: FrameCursor, end: number, { returnAddress }: UnwindArchitecture["dwarf"]): FrameExpression {
  const isIp = cursor.u8() === OP.breg0 + returnAddress && cursor.sleb() === 0;
  if (!isIp || cursor.u8() !== OP.lit0 + 15 || cursor.u8() !== OP.and) return UNKNOWN;
  const from = cursor.u8() - OP.lit0;
  const rest = [OP.ge, OP.lit0 + 3, OP.shl, OP.plus];
  const isRest = rest.every((operation) => cursor.u8() === operation) && cursor.at === end;
  return isRest && from > 0 && from < 16 ? { kind: "plt", from } : UNKNOWN;
}
