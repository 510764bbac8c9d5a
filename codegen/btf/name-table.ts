import { hashName, type StringSection } from "./strings.js";

/** So many names are looked for one by one before building a hash table pays. */
const SCANS_BEFORE_HASHING = 16;

/**
 * Finds rows by name, where each row's name is an offset into a string section.
 *
 * A script asks for one or two names among 56,000 functions: to look where the name is in the section and then which row has
 * that offset is work for the engine alone. Who asks more often gets a hash table.
 */
export class NameTable {
  readonly #strings: StringSection;
  readonly #offsets: Uint32Array;
  #scans = 0;
  /** Open addressing; a slot holds row + 1, or 0 when it is free. */
  #slots: Int32Array | undefined;

  constructor(strings: StringSection, nameOffsets: Uint32Array) {
    this.#strings = strings;
    this.#offsets = nameOffsets;
  }

  /** The first row of that name, or -1. */
  find(name: string): number {
    if (name === "") return -1;
    if (this.#slots === undefined && this.#scans++ < SCANS_BEFORE_HASHING) return this.#scan(name);
    return this.#probe((this.#slots ??= this.#hashAll()), name);
  }

  #scan(name: string): number {
    let first = -1;
    for (const offset of this.#strings.offsetsOf(name)) {
      const row = this.#offsets.indexOf(offset);
      if (row >= 0 && (first < 0 || row < first)) first = row;
    }
    return first;
  }

  #hashAll(): Int32Array {
    const offsets = this.#offsets;
    const slots = new Int32Array(2 ** Math.ceil(Math.log2(offsets.length + 1) + 1));
    const mask = slots.length - 1;
    for (let row = 0; row < offsets.length; row++) {
      let slot = this.#strings.hash(offsets[row] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    return slots;
  }

  #probe(slots: Int32Array, name: string): number {
    const mask = slots.length - 1;
    for (let slot = hashName(name) & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] ?? 0) - 1;
      if (row < 0 || this.#strings.equals(this.#offsets[row] ?? 0, name)) return row;
    }
  }
}
