/**
 * User space's side of a table of ours: see `codegen/kernel/key-table.ts`. Its memory is that which programs use, just now: words
 * are written with atomic instructions, and what may still be written to is not made empty.
 */
import {
  BASE_OFFSET,
  COUNT_OFFSET,
  type KeyTable,
  type KeyTableLayout,
  layoutOf,
  MIX,
  SPECIAL_SLOTS,
  specialSlotsOf,
} from "../../codegen/kernel/key-table.js";
import { type MapReading, memoryOf } from "../output/index.js";

const MIX_LOW = Number(BigInt.asIntN(32, MIX));
const MIX_HIGH = Number(BigInt.asIntN(32, MIX >> 32n));

/** Slots that are compared at once with such that are empty. */
const PIECE_SLOTS = 128;
const BARE = new Uint8Array(8 * PIECE_SLOTS);

export class TableMemory {
  readonly #table: KeyTable;
  readonly #layout: KeyTableLayout;
  readonly #bytes: Uint8Array;
  /** Halves of its words, the lower one first. */
  readonly #halves: Int32Array;
  readonly #words: BigUint64Array;
  readonly #buffer: Buffer;

  constructor(table: KeyTable, { buffer, byteOffset }: Uint8Array) {
    this.#table = table;
    this.#layout = layoutOf(table);
    const { bytes } = this.#layout;
    this.#bytes = new Uint8Array(buffer, byteOffset, bytes);
    this.#halves = new Int32Array(buffer, byteOffset, bytes / 4);
    this.#words = new BigUint64Array(buffer, byteOffset, bytes / 8);
    this.#buffer = Buffer.from(buffer, byteOffset, bytes);
  }

  /** All entries as they are now. */
  read(): MapReading {
    return this.#readBank(this.#bank);
  }

  /** The entries there were; there are none any more. */
  take(): MapReading {
    const old = this.#bank;
    this.#empty(1 - old);
    this.#switchTo(1 - old);
    return this.#readBank(old);
  }

  /** As {@link take}; but the keys stay, with values of 0. */
  takeToZero(): MapReading {
    const old = this.#bank;
    this.#empty(1 - old);
    for (const [from, to] of this.#pairsOf(old))
      this.#bytes.copyWithin(this.#keyOffset(to.start), this.#keyOffset(from.start), this.#keyOffset(from.end));
    // What programs count may be ahead of the keys that have been copied, and would stay so.
    this.#words[this.#countAt(1 - old)] = BigInt(this.#usedSlots(1 - old));
    this.#switchTo(1 - old);
    return this.#readBank(old);
  }

  // ---------------------------------------------------------------- banks

  get #bank(): number {
    return Atomics.load(this.#halves, BASE_OFFSET / 4) === 0 ? 0 : 1;
  }

  #switchTo(bank: number): void {
    Atomics.store(this.#halves, BASE_OFFSET / 4, bank * this.#table.slots);
  }

  /** Of one that no program writes to. */
  #empty(bank: number): void {
    if (this.#table.banks === 1) throw new TypeError("the script empties no map, so there is no second bank");
    const { cpus } = this.#table;
    for (const { start, end } of this.#rangesOf(bank)) {
      this.#bytes.fill(0, this.#keyOffset(start), this.#keyOffset(end));
      for (let cpu = 0; cpu < cpus; cpu++)
        this.#bytes.fill(0, this.#valueOffset(cpu, start), this.#valueOffset(cpu, end));
    }
    this.#words[this.#countAt(bank)] = 0n;
  }

  #usedSlots(bank: number): number {
    const firstKey = this.#layout.keys / 4;
    let count = 0;
    for (const { start, end } of this.#rangesOf(bank))
      for (let slot = start; slot < end; slot++)
        if ((this.#halves[firstKey + 2 * slot] ?? 0) !== 0 || (this.#halves[firstKey + 2 * slot + 1] ?? 0) !== 0)
          count++;
    return count;
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
    return this.#layout.keys + 8 * slot;
  }

  #valueOffset(cpu: number, slot: number): number {
    return this.#layout.values + cpu * this.#layout.rowBytes + this.#table.valueBytes * slot;
  }

  #readBank(bank: number): MapReading {
    const taken = new Uint32Array(this.#table.slots + SPECIAL_SLOTS);
    const firstKey = this.#layout.keys / 4;
    const halves = this.#halves;
    let count = 0;
    for (const { start, end } of this.#rangesOf(bank)) {
      for (let first = start; first < end; first += PIECE_SLOTS) {
        const behind = Math.min(first + PIECE_SLOTS, end);
        if (this.#isBare(first, behind)) continue;
        for (let slot = first; slot < behind; slot++) {
          const at = firstKey + 2 * slot;
          const low = halves[at] ?? 0;
          const high = halves[at + 1] ?? 0;
          if (high !== 0 || low !== 0) taken[count++] = slot;
        }
      }
    }
    return this.#reading(taken.subarray(0, count));
  }

  /** Nobody has been there. Most of a table is so, and memory is compared faster than it is looked at word by word. */
  #isBare(start: number, end: number): boolean {
    return this.#buffer.compare(BARE, 0, 8 * (end - start), this.#keyOffset(start), this.#keyOffset(end)) === 0;
  }

  /** Copies entries out, side by side. */
  #reading(slots: Uint32Array): MapReading {
    const { keyBytes, valueBytes, cpus } = this.#table;
    const halves = this.#halves;
    const valueHalves = valueBytes / 4;
    const rowHalves = this.#layout.rowBytes / 4;
    const keys = new Uint8Array(slots.length * keyBytes);
    const values = new Int32Array(slots.length * cpus * valueHalves);
    const key = new DataView(new ArrayBuffer(8));
    const keyOut = new Uint8Array(key.buffer, 0, keyBytes);
    const firstSpecial = this.#table.banks * this.#table.slots;
    let to = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] ?? 0;
      const at = this.#keyOffset(slot) / 4;
      // The keys of special slots are what they are kept for, and not what is in them.
      const isSpecial = slot >= firstSpecial;
      key.setInt32(0, MIX_LOW ^ (isSpecial ? (slot - firstSpecial) % SPECIAL_SLOTS : (halves[at] ?? 0)), true);
      key.setInt32(4, MIX_HIGH ^ (isSpecial ? 0 : (halves[at + 1] ?? 0)), true);
      keys.set(keyOut, i * keyBytes);
      let from = this.#valueOffset(0, slot) / 4;
      for (let cpu = 0; cpu < cpus; cpu++, from += rowHalves)
        for (let half = 0; half < valueHalves; half++) values[to++] = halves[from + half] ?? 0;
    }
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
}

interface Range {
  readonly start: number;
  /** Behind the last. */
  readonly end: number;
}
