/**
 * A set of numbers below a limit, in which the next one to either side is found in a few steps, however far it is: bits in
 * words, and for each such word that is not empty a bit in a word of the next level.
 */
import { cell } from "../../column.js";

export class SparseBits {
  /** The last has a single word. */
  readonly #levels: Int32Array[] = [];

  constructor(limit: number) {
    let words = limit;
    do {
      words = (words + 31) >>> 5;
      this.#levels.push(new Int32Array(words));
    } while (words > 1);
  }

  add(number: number): void {
    let at = number;
    for (const level of this.#levels) {
      const word = at >>> 5;
      const before = cell(level, word);
      level[word] = before | (1 << (at & 31));
      if (before !== 0) return;
      at = word;
    }
  }

  delete(number: number): void {
    let at = number;
    for (const level of this.#levels) {
      const word = at >>> 5;
      const left = cell(level, word) & ~(1 << (at & 31));
      level[word] = left;
      if (left !== 0) return;
      at = word;
    }
  }

  /** The least that is not below a number; or -1. */
  firstFrom(number: number): number {
    let at = number;
    for (let depth = 0; depth < this.#levels.length; depth++) {
      const level = cell(this.#levels, depth);
      const word = at >>> 5;
      const found = word < level.length ? cell(level, word) & (-1 << (at & 31)) : 0;
      if (found !== 0) return this.#down(depth, word * 32 + lowestBit(found), lowestBit);
      at = word + 1;
    }
    return -1;
  }

  /** The greatest that is not above a number; or -1. */
  lastUpTo(number: number): number {
    let at = number;
    for (let depth = 0; depth < this.#levels.length && at >= 0; depth++) {
      const word = at >>> 5;
      const found = cell(cell(this.#levels, depth), word) & ((2 << (at & 31)) - 1);
      if (found !== 0) return this.#down(depth, word * 32 + highestBit(found), highestBit);
      at = word - 1;
    }
    return -1;
  }

  #down(depth: number, from: number, pick: (word: number) => number): number {
    let at = from;
    for (let below = depth - 1; below >= 0; below--) at = at * 32 + pick(cell(cell(this.#levels, below), at));
    return at;
  }
}

const highestBit = (word: number): number => 31 - Math.clz32(word);
const lowestBit = (word: number): number => highestBit(word & -word);
