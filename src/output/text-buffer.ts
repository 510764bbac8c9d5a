/**
 * Text on its way out, as the bytes that will be written. An event's numbers and strings go into it as they lie in memory:
 * as JavaScript strings, kept until they were written, they were 60 % of an event's time, most of it garbage collection.
 */
import type { Integer } from "./integer.js";
import type { Memory } from "./memory.js";

/** Puts the text of something at `at` into a buffer. */
export type TextWriter = (m: Memory, at: number, to: TextBuffer) => void;

const FIRST_CAPACITY = 256;
const MAX_KEPT_CAPACITY = 1 << 18;
/** Shorter runs are faster byte by byte than by a call of the runtime. */
const SHORT = 32;
/** Of an integer that a double holds exactly, with its sign. */
const MAX_DIGITS = 17;

const ZERO = 0x30;
const MINUS = 0x2d;
/** The largest power of ten below 2^31: a number splits there into two that integer instructions can divide. */
const BILLION = 1_000_000_000;
const BILLION_ZEROS = 9;

export class TextBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What is there, until the buffer is used again. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** As a byte string, from `start` on. */
  text(start: number): string {
    return this.#bytes.toString("latin1", start, this.#length);
  }

  /** Keeps the first `length` bytes. */
  truncate(length: number): void {
    this.#length = length;
  }

  /** What one long text needed is given back. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > MAX_KEPT_CAPACITY) this.#bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  }

  /** A byte string. */
  string(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length > SHORT) {
      this.#bytes.write(text, this.#length, length, "latin1");
    } else {
      const bytes = this.#bytes;
      const at = this.#length;
      for (let i = 0; i < length; i++) bytes[at + i] = text.charCodeAt(i);
    }
    this.#length += length;
  }

  /** The bytes of `[start, end)`. */
  copy(from: Buffer, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length);
    if (length > SHORT) {
      from.copy(this.#bytes, this.#length, start, end);
    } else {
      const bytes = this.#bytes;
      const at = this.#length;
      for (let i = 0; i < length; i++) bytes[at + i] = from[start + i] as number;
    }
    this.#length += length;
  }

  /** Gives out room for so many bytes; `write` says how many of them it has used. */
  fill(bytes: number, write: (room: Buffer) => number): void {
    this.#reserve(bytes);
    this.#length += write(this.#bytes.subarray(this.#length, this.#length + bytes));
  }

  /** In decimal. */
  integer(n: Integer): void {
    if (typeof n === "bigint") {
      this.string(n.toString());
      return;
    }
    this.#reserve(MAX_DIGITS);
    let rest = n;
    if (rest < 0) {
      this.#bytes[this.#length++] = MINUS;
      rest = -rest;
    }
    if (rest < BILLION) {
      this.#digits(rest, digitsOf(rest));
    } else {
      const high = Math.floor(rest / BILLION);
      this.#digits(high, digitsOf(high));
      this.#digits(rest - high * BILLION, BILLION_ZEROS);
    }
  }

  #digits(n: number, count: number): void {
    const bytes = this.#bytes;
    let rest = n | 0;
    let at = this.#length + count;
    this.#length = at;
    for (let left = count; left > 1; left -= 2) {
      const next = (rest / 100) | 0;
      const pair = (rest - next * 100) * 2;
      bytes[--at] = PAIRS[pair + 1] as number;
      bytes[--at] = PAIRS[pair] as number;
      rest = next;
    }
    if ((count & 1) === 1) bytes[--at] = ZERO + rest;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** The digits of 00 to 99. */
const PAIRS = Buffer.from(Array.from({ length: 100 }, (_, n) => n.toString().padStart(2, "0")).join(""));

/** For numbers below 10^9. */
function digitsOf(n: number): number {
  let count = 1;
  for (let power = 10; power <= n; power *= 10) count++;
  return count;
}

/** For who wants a string after all. */
export function textOf(write: TextWriter, m: Memory, at: number): string {
  const to = new TextBuffer();
  write(m, at, to);
  return to.text(0);
}

export const writingText =
  (read: (m: Memory, at: number) => string): TextWriter =>
  (m, at, to) =>
    to.string(read(m, at));
