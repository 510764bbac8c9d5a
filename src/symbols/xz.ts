/**
 * Decompresses `.xz` data, which linkers put into `.gnu_debugdata` (MiniDebugInfo): one filter, LZMA2, and blocks one
 * after the other. @see the .xz file format 1.2.1; LZMA specification by I. Pavlov
 */
import { crc32 } from "./crc32.js";

/** The data are broken, or made in a way that nobody uses here. */
export class XzError extends Error {
  override readonly name = "XzError";
}

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const HEADER_BYTES = 12;
const LZMA2 = 0x21;
/** By the kind of check, from the stream's header. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** @param maxBytes - more than that is refused */
export function decompressXz(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) throw new XzError("it is no xz data");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (crc32(bytes.subarray(6, 8), 0) !== view.getUint32(8, true)) throw new XzError("its header is broken");
  const checkBytes = CHECK_BYTES[(bytes[7] ?? 0) & 15] ?? 0;
  const output = new Output(maxBytes);
  let at = HEADER_BYTES;
  // The index begins with a 0, where a block has the size of its header.
  while (at < bytes.length && bytes[at] !== 0) {
    const headerEnd = at + ((bytes[at] ?? 0) + 1) * 4;
    checkFilters(bytes.subarray(at, headerEnd));
    const end = decodeLzma2(bytes, headerEnd, output);
    at = Math.ceil((end - headerEnd) / 4) * 4 + headerEnd + checkBytes;
  }
  return output.bytes();
}

function checkFilters(header: Uint8Array): void {
  const flags = header[1] ?? 0;
  let at = 2;
  for (const bit of [0x40, 0x80]) {
    if ((flags & bit) === 0) continue;
    while ((header[at] ?? 0) >= 0x80) at++;
    at++;
  }
  if ((flags & 3) !== 0 || header[at] !== LZMA2) throw new XzError("it is compressed in a way that is not supported");
}

// ---------------------------------------------------------------- what is decompressed

class Output {
  readonly #maxBytes: number;
  #buffer: Uint8Array;
  length = 0;
  /** What comes before it is not referred to. */
  start = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#buffer = new Uint8Array(Math.min(maxBytes, 1 << 20));
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }

  put(byte: number): void {
    if (this.length === this.#buffer.length) this.#grow();
    this.#buffer[this.length++] = byte;
  }

  back(distance: number): number {
    if (distance > this.length - this.start) throw new XzError("it refers to what is not there");
    return this.#buffer[this.length - distance] ?? 0;
  }

  #grow(): void {
    if (this.length >= this.#maxBytes) throw new XzError(`it has more than ${this.#maxBytes} bytes`);
    const larger = new Uint8Array(Math.min(this.#maxBytes, this.#buffer.length * 2));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

// ---------------------------------------------------------------- LZMA2: chunks

function decodeLzma2(bytes: Uint8Array, start: number, output: Output): number {
  const byteAt = (at: number): number => {
    const byte = bytes[at];
    if (byte === undefined) throw new XzError("it is cut off");
    return byte;
  };
  let at = start;
  let state: LzmaState | undefined;
  for (;;) {
    const control = byteAt(at++);
    if (control === 0) return at;
    if (control < 0x80) {
      if (control > 2) throw new XzError("a part has an unknown kind");
      if (control === 1) output.start = output.length;
      const size = byteAt(at) * 256 + byteAt(at + 1) + 1;
      at += 2;
      for (let i = 0; i < size; i++) output.put(byteAt(at++));
      continue;
    }
    const size = (control & 0x1f) * 65536 + byteAt(at) * 256 + byteAt(at + 1) + 1;
    const packed = byteAt(at + 2) * 256 + byteAt(at + 3) + 1;
    at += 4;
    const reset = (control >> 5) & 3;
    if (reset === 3) output.start = output.length;
    if (reset >= 2) state = new LzmaState(byteAt(at++));
    else if (reset === 1) state?.reset();
    if (state === undefined) throw new XzError("a part does not say how it was made");
    if (at + packed > bytes.length) throw new XzError("it is cut off");
    state.decode(new RangeDecoder(bytes.subarray(at, at + packed)), output, size);
    at += packed;
  }
}

// ---------------------------------------------------------------- LZMA

const HALF = 1024;

class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 5;
  #range = 0xffff_ffff;
  #code: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#code = (((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)) >>> 0;
  }

  #normalize(): void {
    if (this.#range >= 0x100_0000) return;
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
  }

  bit(probabilities: Uint16Array, index: number): 0 | 1 {
    this.#normalize();
    const probability = probabilities[index] ?? HALF;
    const bound = (this.#range >>> 11) * probability;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[index] = probability + ((2048 - probability) >> 5);
      return 0;
    }
    this.#range = (this.#range - bound) >>> 0;
    this.#code = (this.#code - bound) >>> 0;
    probabilities[index] = probability - (probability >> 5);
    return 1;
  }

  /** Without probabilities. */
  direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#normalize();
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code = (this.#code - this.#range) >>> 0;
      value = value * 2 + (isOne ? 1 : 0);
    }
    return value;
  }

  tree(probabilities: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    for (let i = 0; i < bits; i++) node = (node << 1) | this.bit(probabilities, offset + node);
    return node - (1 << bits);
  }

  reverseTree(probabilities: Uint16Array, offset: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let i = 0; i < bits; i++) {
      const bit = this.bit(probabilities, offset + node);
      node = (node << 1) | bit;
      value |= bit << i;
    }
    return value;
  }
}

const table = (size: number): Uint16Array => new Uint16Array(size).fill(HALF);

class LengthCoder {
  readonly #choice = table(2);
  readonly #low = table(16 * 8);
  readonly #middle = table(16 * 8);
  readonly #high = table(256);

  decode(decoder: RangeDecoder, position: number): number {
    if (decoder.bit(this.#choice, 0) === 0) return decoder.tree(this.#low, position * 8, 3);
    if (decoder.bit(this.#choice, 1) === 0) return 8 + decoder.tree(this.#middle, position * 8, 3);
    return 16 + decoder.tree(this.#high, 0, 8);
  }
}

class LzmaState {
  readonly #contextBits: number;
  readonly #positionMask: number;
  readonly #literalPositionMask: number;
  #state = 0;
  #distances: [number, number, number, number] = [0, 0, 0, 0];
  #literals = table(0);
  #isMatch = table(0);
  #isRepeat = table(0);
  #isRepeat0 = table(0);
  #isRepeat1 = table(0);
  #isRepeat2 = table(0);
  #isLong = table(0);
  #slots = table(0);
  #special = table(0);
  #align = table(0);
  #lengths = new LengthCoder();
  #repeatLengths = new LengthCoder();

  constructor(properties: number) {
    if (properties >= 225) throw new XzError("a part does not say how it was made");
    this.#contextBits = properties % 9;
    this.#literalPositionMask = (1 << (Math.floor(properties / 9) % 5)) - 1;
    this.#positionMask = (1 << Math.floor(properties / 45)) - 1;
    this.reset();
  }

  reset(): void {
    this.#state = 0;
    this.#distances = [0, 0, 0, 0];
    this.#literals = table(0x300 * (this.#literalPositionMask + 1) * (1 << this.#contextBits));
    this.#isMatch = table(12 * 16);
    this.#isRepeat = table(12);
    this.#isRepeat0 = table(12);
    this.#isRepeat1 = table(12);
    this.#isRepeat2 = table(12);
    this.#isLong = table(12 * 16);
    this.#slots = table(4 * 64);
    this.#special = table(128);
    this.#align = table(16);
    this.#lengths = new LengthCoder();
    this.#repeatLengths = new LengthCoder();
  }

  decode(decoder: RangeDecoder, output: Output, size: number): void {
    const end = output.length + size;
    while (output.length < end) {
      const position = (output.length - output.start) & this.#positionMask;
      if (decoder.bit(this.#isMatch, this.#state * 16 + position) === 0) this.#literal(decoder, output);
      else {
        const length = this.#match(decoder, position);
        if (output.length + length > end) throw new XzError("a part is longer than it says");
        const distance = this.#distances[0] + 1;
        for (let i = 0; i < length; i++) output.put(output.back(distance));
      }
    }
  }

  #literal(decoder: RangeDecoder, output: Output): void {
    const written = output.length - output.start;
    const before = written > 0 ? output.back(1) : 0;
    const row = ((written & this.#literalPositionMask) << this.#contextBits) + (before >> (8 - this.#contextBits));
    const offset = 0x300 * row;
    let symbol = 1;
    if (this.#state >= 7) {
      let matched = output.back(this.#distances[0] + 1);
      do {
        const expected = (matched >> 7) & 1;
        matched <<= 1;
        const bit = decoder.bit(this.#literals, offset + ((1 + expected) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (expected !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | decoder.bit(this.#literals, offset + symbol);
    output.put(symbol & 0xff);
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  /** @returns how long what it refers to is */
  #match(decoder: RangeDecoder, position: number): number {
    const state = this.#state;
    const [d0, d1, d2, d3] = this.#distances;
    if (decoder.bit(this.#isRepeat, state) === 0) {
      const length = this.#lengths.decode(decoder, position);
      this.#distances = [this.#distance(decoder, length), d0, d1, d2];
      this.#state = state < 7 ? 7 : 10;
      return length + 2;
    }
    if (decoder.bit(this.#isRepeat0, state) === 0) {
      if (decoder.bit(this.#isLong, state * 16 + position) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else if (decoder.bit(this.#isRepeat1, state) === 0) this.#distances = [d1, d0, d2, d3];
    else if (decoder.bit(this.#isRepeat2, state) === 0) this.#distances = [d2, d0, d1, d3];
    else this.#distances = [d3, d0, d1, d2];
    this.#state = state < 7 ? 8 : 11;
    return this.#repeatLengths.decode(decoder, position) + 2;
  }

  #distance(decoder: RangeDecoder, length: number): number {
    const slot = decoder.tree(this.#slots, Math.min(length, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const high = (2 | (slot & 1)) * 2 ** bits;
    if (slot < 14) return high + decoder.reverseTree(this.#special, high - slot, bits);
    return high + decoder.direct(bits - 4) * 16 + decoder.reverseTree(this.#align, 0, 4);
  }
}
