/** The few programs that are written by hand: those by which features are tried, and one that names addresses. */

/** One instruction of 8 bytes: opcode, registers, offset, immediate. */
export type Instruction = readonly [
  opcode: number,
  destination: number,
  source: number,
  offset: number,
  immediate: number,
];

export function assemble(...instructions: readonly Instruction[]): Uint8Array {
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
