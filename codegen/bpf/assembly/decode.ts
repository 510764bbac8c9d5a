/** Reads encoded instructions back. */
import { LDIMM64 } from "../../kernel/opcodes.js";

export interface DecodedInstruction {
  /** In 8-byte units from the start of the code. */
  readonly place: number;
  readonly opcode: number;
  readonly dst: number;
  readonly src: number;
  readonly offset: number;
  readonly imm: number;
  /** Of `ldimm64`: the immediate of its second half. */
  readonly high: number;
}

export function decode(code: Uint8Array): readonly DecodedInstruction[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const instructions: DecodedInstruction[] = [];
  for (let at = 0; at + 8 <= code.length;) {
    const opcode = view.getUint8(at);
    const registers = view.getUint8(at + 1);
    const isWide = opcode === LDIMM64 && at + 16 <= code.length;
    instructions.push({
      place: at / 8,
      opcode,
      dst: registers & 15,
      src: registers >> 4,
      offset: view.getInt16(at + 2, true),
      imm: view.getInt32(at + 4, true),
      high: isWide ? view.getInt32(at + 12, true) : 0,
    });
    at += isWide ? 16 : 8;
  }
  return instructions;
}
