import type { FieldAt, StructLayout } from "./elf-layout.js";

/** Reads the structures of one layout that lie one after the other in some bytes (little-endian). */
export class Structs<N extends string> {
  readonly count: number;
  readonly #layout: StructLayout<N>;
  readonly #view: DataView;

  /** Bytes at the end that do not fill a structure are left out. */
  constructor(layout: StructLayout<N>, bytes: Uint8Array) {
    this.#layout = layout;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = Math.floor(bytes.byteLength / layout.bytes);
  }

  /** A field as a number; file offsets and sizes are exact up to 2^53, which no file reaches. */
  number(index: number, name: N): number {
    const [offset, bytes] = this.#layout.fields[name];
    const at = index * this.#layout.bytes + offset;
    if (bytes === 8) return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 2 ** 32;
    return this.#narrow(at, bytes);
  }

  /** A field as it is, for addresses. */
  bigint(index: number, name: N): bigint {
    const [offset, bytes] = this.#layout.fields[name];
    const at = index * this.#layout.bytes + offset;
    return bytes === 8 ? this.#view.getBigUint64(at, true) : BigInt(this.#narrow(at, bytes));
  }

  #narrow(at: number, bytes: Exclude<FieldAt[1], 8>): number {
    if (bytes === 4) return this.#view.getUint32(at, true);
    return bytes === 2 ? this.#view.getUint16(at, true) : this.#view.getUint8(at);
  }
}
