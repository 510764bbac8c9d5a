/**
 * User space's side of a table of ours: see `codegen/kernel/key-table.ts`. Its memory is that which programs use, just now: words
 * are written with atomic instructions, and what may still be written to is not made empty.
 */
import {
  BASE_OFFSET,
  COUNT_OFFSET,
  GENERATION_SHIFT,
  GENERATIONS,
  isMarked,
  type KeyTable,
  type KeyTableLayout,
  layoutOf,
  MARKED_BYTES,
  MIX,
  SPECIAL_SLOTS,
  specialSlotsOf,
  TEXT_MIX,
} from "../../codegen/kernel/key-table.js";
import { type MapReading, memoryOf } from "../output/index.js";

const MIX_LOW = Number(BigInt.asIntN(32, MIX));
const MIX_HIGH = Number(BigInt.asIntN(32, MIX >> 32n));

/** The upper half is 0. */
const TEXT_MIX_LOW = Number(TEXT_MIX);

/** Slots that are compared at once with such that are empty. */
const PIECE_SLOTS = 128;

/** Longer values are copied as a whole. */
const FEW_HALVES = 16;

export class TableMemory {
  readonly #table: KeyTable;
  readonly #layout: KeyTableLayout;
  readonly #bytes: Uint8Array;
  /** Halves of its words, the lower one first. */
  readonly #halves: Int32Array;
  readonly #words: BigUint64Array;
  readonly #buffer: Buffer;
  /** Of one key. */
  readonly #keyStride: number;
  readonly #isMarked: boolean;
  readonly #bare: Uint8Array;

  constructor(table: KeyTable, { buffer, byteOffset }: Uint8Array) {
    this.#table = table;
    this.#layout = layoutOf(table);
    const { bytes } = this.#layout;
    this.#bytes = new Uint8Array(buffer, byteOffset, bytes);
    this.#halves = new Int32Array(buffer, byteOffset, bytes / 4);
    this.#words = new BigUint64Array(buffer, byteOffset, bytes / 8);
    this.#buffer = Buffer.from(buffer, byteOffset, bytes);
    this.#keyStride = 8 * this.#layout.words;
    this.#isMarked = isMarked(table);
    this.#bare = new Uint8Array(this.#keyStride * PIECE_SLOTS);
  }

  /** All entries as they are now. */
  read(): MapReading {
    return this.#readBank(this.#state);
  }

  /** The entries there were; there are none any more. */
  take(): MapReading {
    const old = this.#state;
    const next = this.#nextOf(old);
    this.#empty(next.bank);
    this.#switchTo(next);
    return this.#readBank(old);
  }

  /** As {@link take}; but the keys stay, with values of 0. */
  takeToZero(): MapReading {
    const old = this.#state;
    const next = this.#nextOf(old);
    this.#empty(next.bank);
    const kept = this.#isMarked ? this.#keepMarked(old, next) : this.#keepWords(old, next);
    // What programs count may be ahead of the keys that have been copied, and would stay so.
    this.#words[this.#countAt(next.bank)] = BigInt(kept);
    this.#switchTo(next);
    return this.#readBank(old);
  }

  // ---------------------------------------------------------------- banks

  get #state(): State {
    const word = Atomics.load(this.#words, BASE_OFFSET / 8);
    return {
      bank: (word & BigInt(this.#table.slots)) === 0n ? 0 : 1,
      generation: Number(word >> GENERATION_SHIFT),
    };
  }

  #nextOf({ bank, generation }: State): State {
    return { bank: 1 - bank, generation: (generation + 1) % GENERATIONS };
  }

  #switchTo({ bank, generation }: State): void {
    const word = BigInt(bank * this.#table.slots) | (BigInt(generation) << GENERATION_SHIFT);
    Atomics.store(this.#words, BASE_OFFSET / 8, word);
  }

  /** Of one that no program writes to. */
  #empty(bank: number): void {
    if (this.#table.banks === 1) throw new TypeError("the script empties no map, so there is no second bank");
    const { cpus } = this.#table;
    for (const { start, end } of this.#piecesOf(bank)) {
      this.#bytes.fill(0, this.#keyOffset(start), this.#keyOffset(end));
      for (let cpu = 0; cpu < cpus; cpu++)
        this.#bytes.fill(0, this.#valueOffset(cpu, start), this.#valueOffset(cpu, end));
    }
    this.#words[this.#countAt(bank)] = 0n;
  }

  /** @returns how many there are */
  #keepWords(from: State, to: State): number {
    for (const [source, target] of this.#pairsOf(from.bank))
      this.#bytes.copyWithin(this.#keyOffset(target.start), this.#keyOffset(source.start), this.#keyOffset(source.end));
    return this.#slotsOf(to).length;
  }

  /** Keys of which all is there. @returns how many there are */
  #keepMarked(from: State, to: State): number {
    const { slots } = this.#table;
    const bytes = this.#bytes;
    const kept = this.#slotsOf(from);
    for (const slot of kept) {
      const source = this.#keyOffset(slot);
      const target = this.#keyOffset(slot + (to.bank - from.bank) * slots);
      bytes.copyWithin(target, source, source + this.#keyStride);
      for (let at = 0; at < this.#keyStride; at += 8) bytes[target + at] = markOf(to);
    }
    return kept.length;
  }

  #countAt(bank: number): number {
    return COUNT_OFFSET / 8 + bank;
  }

  #rangesOf(bank: number): readonly [Range, Range] {
    const { slots } = this.#table;
    const special = specialSlotsOf(this.#table, bank);
    return [
      { start: bank * slots, end: (bank + 1) * slots },
      { start: special, end: special + SPECIAL_SLOTS },
    ];
  }

  #pairsOf(bank: number): readonly (readonly [from: Range, to: Range])[] {
    const others = this.#rangesOf(1 - bank);
    return this.#rangesOf(bank).map((range, i) => [range, others[i] ?? range]);
  }

  // ---------------------------------------------------------------- slots

  #keyOffset(slot: number): number {
    return this.#layout.keys + this.#keyStride * slot;
  }

  #valueOffset(cpu: number, slot: number): number {
    return this.#layout.values + cpu * this.#layout.rowBytes + this.#table.valueBytes * slot;
  }

  #readBank(state: State): MapReading {
    return this.#reading(this.#slotsOf(state));
  }

  /** Those of keys. */
  #slotsOf(state: State): Uint32Array {
    const taken = new Uint32Array(this.#table.slots + SPECIAL_SLOTS);
    let count = 0;
    const halves = this.#halves;
    const stride = this.#keyStride / 4;
    for (const { start, end } of this.#piecesOf(state.bank)) {
      let at = this.#keyOffset(start) / 4;
      // Most slots of a piece are bare, too, and this code is cold where a map is printed now and then.
      for (let slot = start; slot < end; slot++, at += stride)
        if ((halves[at] !== 0 || halves[at + 1] !== 0) && this.#hasKey(slot, state)) taken[count++] = slot;
    }
    return taken.subarray(0, count);
  }

  #hasKey(slot: number, state: State): boolean {
    if (this.#table.isText) return this.#wordsOfText(slot) > 0;
    return this.#isMarked ? this.#hasMarks(slot, markOf(state)) : this.#hasWord(slot);
  }

  #hasWord(slot: number): boolean {
    const at = this.#keyOffset(slot) / 4;
    return (this.#halves[at] ?? 0) !== 0 || (this.#halves[at + 1] ?? 0) !== 0;
  }

  /** Otherwise a program is on its way there, or has come too late. */
  #hasMarks(slot: number, mark: number): boolean {
    const [start, end] = [this.#keyOffset(slot), this.#keyOffset(slot + 1)];
    for (let at = start; at < end; at += 8) if (this.#bytes[at] !== mark) return false;
    return true;
  }

  /**
   * Where anybody has been: nowhere else there is a value. Most of a table is bare, and memory is compared faster than it is
   * looked at word by word.
   */
  *#piecesOf(bank: number): Generator<Range> {
    for (const { start: first, end: behind } of this.#rangesOf(bank))
      for (let start = first; start < behind; start += PIECE_SLOTS) {
        const end = Math.min(start + PIECE_SLOTS, behind);
        const [from, to] = [this.#keyOffset(start), this.#keyOffset(end)];
        if (this.#buffer.compare(this.#bare, 0, to - from, from, to) !== 0) yield { start, end };
      }
  }

  /** Copies entries out, side by side. */
  #reading(slots: Uint32Array): MapReading {
    const { keyBytes, valueBytes, cpus } = this.#table;
    const halves = this.#halves;
    const valueHalves = valueBytes / 4;
    const rowHalves = this.#layout.rowBytes / 4;
    const values = new Int32Array(slots.length * cpus * valueHalves);
    let to = 0;
    for (let i = 0; i < slots.length; i++) {
      let from = this.#valueOffset(0, slots[i] ?? 0) / 4;
      for (let cpu = 0; cpu < cpus; cpu++, from += rowHalves) {
        if (valueHalves > FEW_HALVES) values.set(halves.subarray(from, from + valueHalves), to);
        else for (let half = 0; half < valueHalves; half++) values[to + half] = halves[from + half] ?? 0;
        to += valueHalves;
      }
    }
    const keys = this.#keysOf(slots);
    return {
      count: slots.length,
      keys: memoryOf(keys),
      keyStride: keyBytes,
      values: memoryOf(new Uint8Array(values.buffer)),
      valueStride: cpus * valueBytes,
      cpus,
      cpuStride: valueBytes,
    };
  }

  #keysOf(slots: Uint32Array): Uint8Array {
    if (this.#table.isText) return this.#texts(slots);
    return this.#isMarked ? this.#markedKeys(slots) : this.#wordKeys(slots);
  }

  #wordKeys(slots: Uint32Array): Uint8Array {
    const { keyBytes, banks } = this.#table;
    const halves = this.#halves;
    const firstKey = this.#layout.keys / 4;
    const firstSpecial = banks * this.#table.slots;
    const words = new Int32Array(2 * slots.length);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? 0;
      const at = firstKey + 2 * slot;
      // The keys of special slots are what they are kept for, and not what is in them.
      const isSpecial = slot >= firstSpecial;
      words[2 * i] = MIX_LOW ^ (isSpecial ? (slot - firstSpecial) % SPECIAL_SLOTS : (halves[at] ?? 0));
      words[2 * i + 1] = MIX_HIGH ^ (isSpecial ? 0 : (halves[at + 1] ?? 0));
    }
    const bytes = new Uint8Array(words.buffer);
    if (keyBytes === 8) return bytes;
    const keys = new Uint8Array(slots.length * keyBytes);
    for (let i = 0; i < slots.length; i++)
      for (let byte = 0; byte < keyBytes; byte++) keys[i * keyBytes + byte] = bytes[8 * i + byte] ?? 0;
    return keys;
  }

  /** Up to the one with the NUL; 0 while a program is on its way there. */
  #wordsOfText(slot: number): number {
    const first = this.#keyOffset(slot) / 4;
    const halves = this.#halves;
    for (let word = 0; word < this.#layout.words; word++) {
      const low = halves[first + 2 * word] ?? 0;
      const high = halves[first + 2 * word + 1] ?? 0;
      if (low === 0 && high === 0) return 0;
      if (hasNul(low ^ TEXT_MIX_LOW) || hasNul(high)) return word + 1;
    }
    return this.#layout.words;
  }

  /** Behind their NULs there are zeros. */
  #texts(slots: Uint32Array): Uint8Array {
    const { keyBytes } = this.#table;
    const keys = new Uint8Array(slots.length * keyBytes);
    const halves = new Int32Array(keys.buffer);
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? 0;
      const from = this.#keyOffset(slot) / 4;
      const to = (i * keyBytes) / 4;
      const words = this.#wordsOfText(slot);
      for (let half = 0; half < 2 * words; half += 2) {
        halves[to + half] = (this.#halves[from + half] ?? 0) ^ TEXT_MIX_LOW;
        halves[to + half + 1] = this.#halves[from + half + 1] ?? 0;
      }
    }
    return keys;
  }

  /** Without their marks. */
  #markedKeys(slots: Uint32Array): Uint8Array {
    const { keyBytes } = this.#table;
    const bytes = this.#bytes;
    const keys = new Uint8Array(slots.length * keyBytes);
    let to = 0;
    for (const slot of slots) {
      let from = this.#keyOffset(slot);
      for (let byte = 0; byte < keyBytes; byte++) {
        if (byte % MARKED_BYTES === 0) from++;
        keys[to++] = bytes[from++] ?? 0;
      }
    }
    return keys;
  }
}

/** Of four bytes. */
const hasNul = (half: number): boolean => ((half - 0x0101_0101) & ~half & 0x8080_8080) !== 0;

interface State {
  readonly bank: number;
  readonly generation: number;
}

const markOf = ({ generation }: State): number => generation + 1;

interface Range {
  readonly start: number;
  /** Behind the last. */
  readonly end: number;
}
