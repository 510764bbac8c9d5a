/**
 * Debug information of what no linker has given addresses yet: modules of the kernel. Where an address belongs, or a place in
 * another section, a relocation says which one; here they are added while the bytes are read.
 *
 *     entry: | place in the section | type | symbol | what is added |
 *            0                      8      12       16             24
 */
import type { SectionSource } from "../dwarf/index.js";
import { ElfError } from "./elf-error.js";
import type { ElfFile } from "./elf-file.js";
import { ELF_LAYOUTS } from "./elf-layout.js";
import { Structs } from "./elf-structs.js";

/** By `EM_*` and type: how wide what is written is. Debug information has no others. @see the processors' ELF supplements */
const WIDTHS: Readonly<Record<number, Readonly<Record<number, 0 | 4 | 8>>>> = {
  62: { 0: 0, 1: 8, 10: 4, 11: 4 },
  183: { 0: 0, 256: 0, 257: 8, 258: 4 },
};

const ENTRY_BYTES = 24;
const WIDEST = 8;
const SHF_ALLOC = 2;

/** Where a section of code or data was put. */
export type SectionAddress = (section: string) => bigint | undefined;

/** What a symbol of the file stands for; `undefined`: code or data that nobody knows the place of. */
type SymbolValue = (symbol: number) => bigint | undefined;

/** @throws {@link ElfError} while it is read, where a relocation is none that is known */
export function relocated(elf: ElfFile, name: string, source: SectionSource, valueOf: SymbolValue): SectionSource {
  const entries = elf.sectionBytes(`.rela${name}`);
  if (entries === undefined || entries.length === 0) return source;
  const relocations = new Relocations(elf, name, entries, valueOf);
  return {
    size: source.size,
    read: (offset, length) => {
      // One that is read in part is added as a whole.
      const start = Math.max(0, offset - WIDEST);
      const end = Math.min(source.size, offset + length + WIDEST);
      const bytes = source.read(start, end - start).slice();
      relocations.add(bytes, start);
      return bytes.subarray(offset - start, offset - start + length);
    },
  };
}

/** By number; that of a section of debug information is 0, as it is where nothing is linked. */
export function symbolValues(elf: ElfFile, addressOf: SectionAddress): SymbolValue {
  const table = elf.section(".symtab");
  const symbols = new Structs(
    ELF_LAYOUTS[elf.class].symbol,
    table === undefined ? new Uint8Array() : elf.bytesOf(table),
  );
  const starts = elf.sections.map(({ name, flags }) => ((flags & SHF_ALLOC) === 0 ? 0n : addressOf(name)));
  return (symbol) => {
    if (symbol >= symbols.count) return undefined;
    const start = starts[symbols.number(symbol, "shndx")];
    return start === undefined ? undefined : start + symbols.bigint(symbol, "value");
  };
}

class Relocations {
  readonly #elf: ElfFile;
  readonly #name: string;
  readonly #view: DataView;
  readonly #count: number;
  readonly #valueOf: SymbolValue;

  constructor(elf: ElfFile, name: string, entries: Uint8Array, valueOf: SymbolValue) {
    this.#elf = elf;
    this.#name = name;
    this.#view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
    this.#count = Math.floor(entries.length / ENTRY_BYTES);
    this.#valueOf = valueOf;
    for (let i = 1; i < this.#count; i++)
      if (this.#placeOf(i) < this.#placeOf(i - 1)) throw this.#broken("has relocations that are not in order");
  }

  /** To bytes that begin at `start` in the section. */
  add(bytes: Uint8Array, start: number): void {
    const target = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = this.#firstFrom(start); i < this.#count; i++) {
      const at = this.#placeOf(i) - start;
      if (at >= bytes.length) return;
      const width = this.#widthOf(i);
      if (width === 0 || at + width > bytes.length) continue;
      // What is nowhere is at 0, where nobody looks for code.
      const value = this.#valueOf(this.#word(i, 12)) ?? -this.#addend(i);
      if (width === 8) target.setBigUint64(at, BigInt.asUintN(64, value + this.#addend(i)), true);
      else target.setUint32(at, Number(BigInt.asUintN(32, value + this.#addend(i))), true);
    }
  }

  #widthOf(index: number): 0 | 4 | 8 {
    const type = this.#word(index, 8);
    const width = WIDTHS[this.#elf.machine]?.[type];
    if (width === undefined) throw this.#broken(`has a relocation of the unknown type ${type}`);
    return width;
  }

  #firstFrom(place: number): number {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#placeOf(middle) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeOf(index: number): number {
    return this.#word(index, 0) + this.#word(index, 4) * 2 ** 32;
  }

  #addend(index: number): bigint {
    return this.#view.getBigInt64(index * ENTRY_BYTES + 16, true);
  }

  #word(index: number, at: 0 | 4 | 8 | 12): number {
    return this.#view.getUint32(index * ENTRY_BYTES + at, true);
  }

  #broken(reason: string): ElfError {
    return new ElfError(this.#elf.path, `section ${this.#name} ${reason}`);
  }
}
