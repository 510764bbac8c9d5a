import { ELF_LAYOUTS, type ElfClass, type StructLayout } from "./elf-layout.js";
import { Structs } from "./elf-structs.js";

export type SymbolType = "object" | "function" | "ifunc" | "other";

export interface ElfSymbol {
  readonly name: string;
  readonly type: SymbolType;
  /** Virtual address as the file says it; 0 or more of the load address is added when it runs. */
  readonly address: bigint;
  /** In bytes; 0 when it is not known. */
  readonly size: bigint;
}

/** `STT_*`, the low 4 bits of `st_info`. */
const STT_OBJECT = 1;
const STT_FUNC = 2;
const STT_GNU_IFUNC = 10;
const TYPE_NAMES: Readonly<Record<number, SymbolType>> = {
  [STT_OBJECT]: "object",
  [STT_FUNC]: "function",
  [STT_GNU_IFUNC]: "ifunc",
};

const SHN_UNDEF = 0;
const SHN_ABS = 0xfff1;

type SymbolFields = keyof (typeof ELF_LAYOUTS)["elf64"]["symbol"]["fields"];

/**
 * The defined symbols of `.symtab` or `.dynsym`. A large program has 100,000 of them: names and addresses are
 * read from the bytes when they are asked for.
 */
export class SymbolTable {
  readonly #layout: StructLayout<SymbolFields>;
  readonly #symbols: Uint8Array;
  readonly #structs: Structs<SymbolFields>;
  readonly #strings: Buffer;

  constructor(elfClass: ElfClass, symbols: Uint8Array, strings: Uint8Array) {
    this.#layout = ELF_LAYOUTS[elfClass].symbol;
    this.#symbols = symbols;
    this.#structs = new Structs(this.#layout, symbols);
    this.#strings = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  }

  /** The names of all defined functions, IFUNCs included, in the order of the table. A name may come again. */
  functionNames(): string[] {
    const offsets = this.#functionNameOffsets();
    // The text finds the ends fastest; but slices of it would sort slowly, so names are cut out of the bytes.
    const text = this.#strings.toString("latin1");
    const names = new Array<string>(offsets.length);
    for (let i = 0; i < offsets.length; i++) {
      const start = offsets[i] as number;
      const end = text.indexOf("\0", start);
      names[i] = this.#strings.toString("latin1", start, end === -1 ? undefined : end);
    }
    return names;
  }

  /** All defined functions and objects. */
  *all(): Generator<ElfSymbol> {
    for (let index = 0; index < this.#structs.count; index++) {
      if (this.#isDefined(index)) yield this.#symbol(index, this.#name(this.#nameOffset(index)));
    }
  }

  /** The first defined symbol of that name which is a function or object; finds it without reading other names. */
  find(name: string): ElfSymbol | undefined {
    const offsets = this.#offsetsOf(name);
    if (offsets.size === 0) return undefined;
    for (let index = 0; index < this.#structs.count; index++) {
      if (!offsets.has(this.#nameOffset(index)) || !this.#isDefined(index)) continue;
      const symbol = this.#symbol(index, name);
      if (symbol.type !== "other") return symbol;
    }
    return undefined;
  }

  /** Where in the string section the name is: strings that are the end of others share their bytes. */
  #offsetsOf(name: string): ReadonlySet<number> {
    const offsets = new Set<number>();
    if (name === "" || name.includes("\0")) return offsets;
    const wanted = Buffer.from(`${name}\0`, "latin1");
    for (let at = this.#strings.indexOf(wanted); at !== -1; at = this.#strings.indexOf(wanted, at + 1)) offsets.add(at);
    return offsets;
  }

  /** One plain loop over bytes: this is the hot part of listing a large program. */
  #functionNameOffsets(): Uint32Array {
    const { bytes: stride, fields } = this.#layout;
    const symbols = this.#symbols;
    const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    const infoAt = fields.info[0];
    const sectionAt = fields.shndx[0];
    const offsets = new Uint32Array(this.#structs.count);
    let count = 0;
    for (let at = 0; at + stride <= symbols.length; at += stride) {
      const type = (symbols[at + infoAt] as number) & 0xf;
      if (type !== STT_FUNC && type !== STT_GNU_IFUNC) continue;
      if (view.getUint16(at + sectionAt, true) === SHN_UNDEF) continue;
      const offset = view.getUint32(at, true);
      if (offset !== 0) offsets[count++] = offset;
    }
    return offsets.subarray(0, count);
  }

  #isDefined(index: number): boolean {
    const section = this.#structs.number(index, "shndx");
    return section !== SHN_UNDEF && section !== SHN_ABS;
  }

  #nameOffset(index: number): number {
    return this.#structs.number(index, "name");
  }

  #name(offset: number): string {
    const end = this.#strings.indexOf(0, offset);
    return offset >= this.#strings.length ? "" : this.#strings.toString("latin1", offset, end === -1 ? undefined : end);
  }

  #symbol(index: number, name: string): ElfSymbol {
    const type = TYPE_NAMES[this.#structs.number(index, "info") & 0xf] ?? "other";
    return { name, type, address: this.#structs.bigint(index, "value"), size: this.#structs.bigint(index, "size") };
  }
}
