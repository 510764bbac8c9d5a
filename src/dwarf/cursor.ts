import { exactNumber } from "./exact-number.js";
import { CutOffError, DwarfError, type Whereabouts } from "./dwarf-error.js";

/** Where the bytes of a cursor are from. */
export interface Origin {
  readonly section: Whereabouts;
  /** Of the first of them. */
  readonly offset: number;
}

/** Numbers of 64 bits take ten bytes of seven bits; assemblers may fill up with empty ones. Without an end they would be infinite. */
const MAX_SCALE = 2 ** 140;

/** Reads little-endian numbers and strings, one after the other. */
export class Cursor {
  at: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #origin: Origin | undefined;

  constructor(bytes: Uint8Array, at = 0, origin?: Origin) {
    this.bytes = bytes;
    this.at = at;
    this.#origin = origin;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (!(at >= 0 && at <= bytes.length)) throw this.broken("something begins outside of it");
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** What is wrong here. */
  broken(reason: string): DwarfError {
    return new DwarfError(reason, this.#origin?.section, this.#where());
  }

  #where(): number | undefined {
    return this.#origin && this.#origin.offset + this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u24(): number {
    return this.u16() + this.u8() * 0x1_0000;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes. */
  unsigned(bytes: number): bigint {
    if (bytes === 8) return this.u64();
    if (bytes === 4) return BigInt(this.u32());
    if (bytes === 2) return BigInt(this.u16());
    if (bytes === 1) return BigInt(this.u8());
    throw this.broken(`there is a number of ${bytes} bytes`);
  }

  /** An address of 8 or 4 bytes, as {@link exactNumber} has it. */
  address(bytes: number): number {
    if (bytes === 4) return this.u32();
    if (bytes !== 8) return exactNumber(this.unsigned(bytes));
    const at = this.#take(8);
    return this.#view.getInt32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  /** An offset into a section, of 4 or 8 bytes; files are never so large that it is not exact. */
  offset(bytes: 4 | 8): number {
    return bytes === 4 ? this.u32() : Number(this.u64());
  }

  /** Sizes and indices in a variable number of bytes. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
      if (scale > MAX_SCALE) throw this.broken("a number is too long");
    }
  }

  /** The same, exact up to 64 bits. */
  wideUleb(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.u8();
      if (shift < 64n) value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  }

  /** A small number that may be below 0. */
  signedLeb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale;
      if (scale > MAX_SCALE) throw this.broken("a number is too long");
    }
  }

  /** The same, exact up to 64 bits. */
  sleb(): bigint {
    let value = 0n;
    for (let shift = 0n; ;) {
      const byte = this.u8();
      if (shift < 70n) value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return (byte & 0x40) === 0 || shift > 70n ? BigInt.asIntN(64, value) : value - (1n << shift);
    }
  }

  /** Up to a NUL, as a byte string. */
  string(): string {
    const end = this.#endOfString();
    const start = this.#take(end + 1 - this.at);
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString("latin1");
  }

  block(length: number): Uint8Array {
    const start = this.#take(length);
    return this.bytes.subarray(start, start + length);
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Behind a number in a variable number of bytes. */
  skipLeb(): void {
    while (this.u8() >= 0x80);
  }

  skipString(): void {
    this.at = this.#endOfString() + 1;
  }

  #endOfString(): number {
    const end = this.bytes.indexOf(0, this.at);
    if (end === -1) throw new CutOffError("a string has no end", this.#origin?.section, this.#where());
    return end;
  }

  #take(length: number): number {
    const start = this.at;
    if (!(start + length <= this.bytes.length))
      throw new CutOffError("something is cut off", this.#origin?.section, this.#where());
    this.at = start + length;
    return start;
  }
}

/** The first field of units and tables: how long what follows is, and how wide its offsets are. */
export function unitLength(cursor: Cursor): { readonly length: number; readonly offsetBytes: 4 | 8 } {
  const length = cursor.u32();
  return length === 0xffff_ffff ? { length: Number(cursor.u64()), offsetBytes: 8 } : { length, offsetBytes: 4 };
}
