/** A structure of the kernel's user API, filled in at the offsets of its header. Fields not written are zero. */
import type { Pointer } from "./native.js";

export class Struct {
  readonly bytes: Uint8Array;
  readonly pointers: Pointer[] = [];
  readonly #view: DataView;

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes);
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(offset: number, value: number): this {
    this.#view.setUint32(offset, value, true);
    return this;
  }

  s32(offset: number, value: number): this {
    this.#view.setInt32(offset, value, true);
    return this;
  }

  u64(offset: number, value: bigint): this {
    this.#view.setBigUint64(offset, value, true);
    return this;
  }

  /** At most `capacity - 1` characters. */
  name(offset: number, text: string, capacity: number): this {
    for (let i = 0; i < Math.min(text.length, capacity - 1); i++) this.bytes[offset + i] = text.charCodeAt(i);
    return this;
  }

  /** For the length of the call the field holds the target's address; null for an empty target. */
  pointer(offset: number, target: NodeJS.TypedArray, pointers: readonly Pointer[] = []): this {
    if (target.byteLength > 0) this.pointers.push({ offset, target, pointers });
    return this;
  }

  /** A NUL-terminated byte string. */
  string(offset: number, text: string): this {
    return this.pointer(offset, Buffer.from(`${text}\0`, "latin1"));
  }

  readU64(offset: number): bigint {
    return this.#view.getBigUint64(offset, true);
  }

  readU32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }
}
