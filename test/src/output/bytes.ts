/** Builds the memory that decoders read, from values written one after the other. */
import { type Memory, memoryOf } from "../../../src/output/memory.js";

export type Piece = Uint8Array;

const of = (bytes: number, write: (view: DataView) => void): Piece => {
  const piece = new Uint8Array(bytes);
  write(new DataView(piece.buffer));
  return piece;
};

export const u8 = (n: number): Piece => of(1, (v) => v.setUint8(0, n));
export const u16 = (n: number): Piece => of(2, (v) => v.setUint16(0, n, true));
export const u32 = (n: number): Piece => of(4, (v) => v.setUint32(0, n, true));
export const u64 = (n: bigint | number): Piece => of(8, (v) => v.setBigUint64(0, BigInt.asUintN(64, BigInt(n)), true));
/** NUL-padded to `bytes`. */
export const text = (s: string, bytes: number): Piece => of(bytes, (v) => Buffer.from(v.buffer).write(s, "latin1"));
export const raw = (...bytes: readonly number[]): Piece => Uint8Array.from(bytes);

export const memory = (...pieces: readonly Piece[]): Memory => memoryOf(Buffer.concat(pieces));
