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

/** One entry for each function. */
export interface FunctionColumns {
  readonly rows: Uint32Array;
  /** Addresses; exact below 2^53. */
  readonly starts: Float64Array;
  /** In bytes. */
  readonly sizes: Float64Array;
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

/** What compilers put behind names, as `.constprop.0`; what they call `.cold` is entered by nobody. */
const CLONE = /^\.(?:constprop|isra|part)\.\d/;
const LONGEST_CLONE_WORD = ".constprop.0".length;

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
  #words: Uint32Array | undefined;

  constructor(elfClass: ElfClass, symbols: Uint8Array, strings: Uint8Array) {
    this.#layout = ELF_LAYOUTS[elfClass].symbol;
    this.#symbols = symbols;
    this.#structs = new Structs(this.#layout, symbols);
    this.#strings = Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength);
  }

  /** The names of all defined functions, IFUNCs included, in the order of the table. A name may come again. */
  functionNames(): string[] {
    const rows = this.#definedFunctions();
    // The text finds the ends fastest; but slices of it would sort slowly, so names are cut out of the bytes.
    const text = this.#strings.toString("latin1");
    const view = new DataView(this.#symbols.buffer, this.#symbols.byteOffset, this.#symbols.byteLength);
    const stride = this.#layout.bytes;
    const names = new Array<string>(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const start = view.getUint32((rows[i] as number) * stride, true);
      const end = text.indexOf("\0", start);
      names[i] = this.#strings.toString("latin1", start, end === -1 ? undefined : end);
    }
    return names;
  }

  /** Where all defined functions are, IFUNCs included, without their names. */
  functionColumns(): FunctionColumns {
    const found = this.#definedFunctions();
    const starts = new Float64Array(found.length);
    const sizes = new Float64Array(found.length);
    for (let i = 0; i < found.length; i++) {
      starts[i] = this.#structs.number(found[i] as number, "value");
      sizes[i] = this.#structs.number(found[i] as number, "size");
    }
    return { rows: found, starts, sizes };
  }

  /** The name of the symbol in a row. */
  nameOf(row: number): string {
    return this.#name(this.#nameOffset(row));
  }

  /** The first defined symbol of that name which is a function or object. */
  find(name: string): ElfSymbol | undefined {
    return this.#named(name).find(({ type }) => type !== "other");
  }

  /** All functions of that name, IFUNCs included: local ones may share it. */
  functionsNamed(name: string): readonly ElfSymbol[] {
    return this.#named(name).filter(({ type }) => type === "function" || type === "ifunc");
  }

  /** Names of the copies that compilers have made of a function: found as one name is, without reading all. */
  clonesOf(name: string): readonly string[] {
    if (name === "" || name.includes("\0")) return [];
    const wanted = Buffer.from(`${name}.`, "latin1");
    const found: string[] = [];
    for (let at = this.#strings.indexOf(wanted); at !== -1; at = this.#strings.indexOf(wanted, at + 1)) {
      const behind = this.#strings.toString("latin1", at + name.length, at + name.length + LONGEST_CLONE_WORD);
      if (!CLONE.test(behind)) continue;
      if (this.#rowsNamedAt(at).some((row) => this.#isDefined(row))) found.push(this.#name(at));
    }
    return found;
  }

  /** All functions whose name matches, IFUNCs included. */
  functionsMatching(matches: (name: string) => boolean): readonly ElfSymbol[] {
    const rows = this.#definedFunctions();
    return this.functionNames().flatMap((name, i) => (matches(name) ? [this.#symbol(rows[i] as number, name)] : []));
  }

  /** Finds defined symbols without reading other names: all of the looking is work for the engine. */
  #named(name: string): readonly ElfSymbol[] {
    const rows = this.#offsetsOf(name).flatMap((offset) => this.#rowsNamedAt(offset));
    return rows
      .sort((a, b) => a - b)
      .filter((row) => this.#isDefined(row))
      .map((row) => this.#symbol(row, name));
  }

  /** Where in the string section the name is: strings that are the end of others share their bytes. */
  #offsetsOf(name: string): readonly number[] {
    const offsets: number[] = [];
    if (name === "" || name.includes("\0")) return offsets;
    const wanted = Buffer.from(`${name}\0`, "latin1");
    for (let at = this.#strings.indexOf(wanted); at !== -1; at = this.#strings.indexOf(wanted, at + 1))
      offsets.push(at);
    return offsets;
  }

  /** The offset of its name is the first word of a symbol; other words may say the same. */
  #rowsNamedAt(offset: number): readonly number[] {
    const words = (this.#words ??= wordsOf(this.#symbols.subarray(0, this.#structs.count * this.#layout.bytes)));
    const stride = this.#layout.bytes / 4;
    const rows: number[] = [];
    for (let at = words.indexOf(offset); at !== -1; at = words.indexOf(offset, at + 1)) {
      if (at % stride === 0) rows.push(at / stride);
    }
    return rows;
  }

  /** The rows of functions that are here and have a name. One plain loop over bytes: it sees every symbol. */
  #definedFunctions(): Uint32Array {
    const { bytes: stride, fields } = this.#layout;
    const symbols = this.#symbols;
    const view = new DataView(symbols.buffer, symbols.byteOffset, symbols.byteLength);
    const infoAt = fields.info[0];
    const sectionAt = fields.shndx[0];
    const rows = new Uint32Array(this.#structs.count);
    let count = 0;
    for (let row = 0, at = 0; row < rows.length; row++, at += stride) {
      const type = (symbols[at + infoAt] as number) & 0xf;
      if (type !== STT_FUNC && type !== STT_GNU_IFUNC) continue;
      if (view.getUint16(at + sectionAt, true) !== SHN_UNDEF && view.getUint32(at, true) !== 0) rows[count++] = row;
    }
    return rows.subarray(0, count);
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

function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}
