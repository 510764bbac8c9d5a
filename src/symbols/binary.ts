import type { UsdtNotes, UsdtPlace } from "../../codegen/facts.js";
import { AddressLines, type CodePlace, DebugInfo, type DebugSections } from "../dwarf/index.js";
import { openDebugFile } from "./debug-file.js";
import { type DebugDirectories, USUAL_DIRECTORIES } from "./debug-directories.js";
import { hasDebugInfo, lacksCommonFile, OpenFiles, sectionsOf } from "./debug-sections.js";
import { miniDebugFile } from "./mini-debug-file.js";
import { type ByteSource, FileSource } from "./byte-source.js";
import { ElfFile } from "./elf-file.js";
import { archiveMember, splitMemberPath } from "./archive.js";
import { AddressIndex, type CoveringFunction, type NearestSymbol } from "./address-index.js";
import type { ElfSymbol, SymbolTable } from "./symbol-table.js";
import { readUsdtNotes } from "./usdt-notes.js";

export interface BinaryOptions {
  readonly directories?: DebugDirectories | undefined;
  /** Is told when debug information is so much that to read it takes long. */
  readonly onLongWork?: (() => void) | undefined;
}

/**
 * A program or library with all symbols that are known of it: its own, and those of its separate debug file, which is
 * looked for only when something is missing.
 */
export class Binary {
  /** As it was asked for; `ARCHIVE!/MEMBER` for a member of a zip file. */
  readonly path: string;
  /** The file that probes attach to. */
  readonly filePath: string;
  readonly elf: ElfFile;
  /** Where the binary starts in that file: not at 0 only in archives. */
  readonly #start: number;
  readonly #options: BinaryOptions;
  readonly #files = new OpenFiles();
  #mini: ElfFile | null | undefined;
  #debug: ElfFile | null | undefined;
  #addresses: AddressIndex | undefined;
  #debugInfo: DebugInfo | null | undefined;
  #addressLines: AddressLines | undefined;
  #isClosed = false;

  private constructor(path: string, filePath: string, elf: ElfFile, start: number, options: BinaryOptions = {}) {
    this.#options = options;
    this.path = path;
    this.filePath = filePath;
    this.elf = elf;
    this.#start = start;
  }

  /** @throws {@link ElfError} when it is broken or no ELF file, the error of `open(2)` when it cannot be opened */
  static open(path: string, options?: BinaryOptions): Binary {
    const member = splitMemberPath(path);
    if (member === undefined) return new Binary(path, path, ElfFile.open(path), 0, options);
    const { offset, size } = archiveMember(member.archive, member.member);
    const elf = new ElfFile(new FileSource(member.archive, { name: path, offset, size }));
    return new Binary(path, member.archive, elf, offset, options);
  }

  /** What is no file. @throws {@link ElfError} when it is broken or not ELF */
  static of(name: string, source: ByteSource): Binary {
    return new Binary(name, name, new ElfFile(source), 0);
  }

  /** Runs `use` on a binary and closes it. */
  static with<T>(path: string, use: (binary: Binary) => T): T {
    const binary = Binary.open(path);
    try {
      return use(binary);
    } finally {
      binary.close();
    }
  }

  /** Then its file may be gone, and another one have its number. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.elf.close();
    this.#debug?.close();
    this.#mini?.close();
    this.#files.close();
  }

  /** In no particular order; a name may come more than once. */
  functionNames(): readonly string[] {
    return this.#tables().flatMap((table) => table.functionNames());
  }

  /** Each once, in order of names and then of addresses. */
  functionsMatching(matches: (name: string) => boolean): readonly ElfSymbol[] {
    return inOrder(this.#tables().flatMap((table) => table.functionsMatching(matches)));
  }

  /** Several static functions may share a name. Each once, in order of addresses. */
  functionsNamed(name: string): readonly ElfSymbol[] {
    return inOrder(this.#tables().flatMap((table) => table.functionsNamed(name)));
  }

  /** Names of the copies that compilers have made of a function, in order. */
  clonesOf(name: string): readonly string[] {
    return [...new Set(this.#tables().flatMap((table) => table.clonesOf(name)))].sort();
  }

  findSymbol(name: string): ElfSymbol | undefined {
    const own = this.elf.findSymbol(name);
    return own === undefined && this.#isStripped ? (this.#debugFile() ?? this.#miniFile())?.findSymbol(name) : own;
  }

  /** Where in {@link filePath} the code of a virtual address is. */
  fileOffsetOf(address: bigint): number | undefined {
    const offset = this.elf.fileOffsetOf(address);
    return offset === undefined ? undefined : this.#start + offset;
  }

  /** The virtual address of code at an offset of {@link filePath}. */
  addressOf(fileOffset: number): bigint | undefined {
    return this.elf.addressOf(fileOffset - this.#start);
  }

  /** Its USDT probes, with offsets of {@link filePath}. */
  usdt(): UsdtNotes {
    const notes = readUsdtNotes(this.elf);
    const start = BigInt(this.#start);
    return start === 0n ? notes : { ...notes, places: notes.places.map((place) => moved(place, start)) };
  }

  /** The function that a virtual address lies in. */
  symbolAt(address: bigint): NearestSymbol | undefined {
    return (this.#addresses ??= new AddressIndex(this.#tables())).find(address);
  }

  functionAt(address: bigint): CoveringFunction | undefined {
    return (this.#addresses ??= new AddressIndex(this.#tables())).functionAt(address);
  }

  /** Its own, or that of its debug file. */
  debugInfo(): DebugInfo | undefined {
    if (this.#debugInfo === undefined) {
      const sections = this.debugSections();
      this.#debugInfo = sections === undefined ? null : new DebugInfo(sections);
    }
    return this.#debugInfo ?? undefined;
  }

  /** What {@link debugInfo} is read from. */
  debugSections(): DebugSections | undefined {
    const elf = [this.elf, this.#debugFile()].find((file) => file !== undefined && hasDebugInfo(file));
    // Without what it has in common with others nothing in it has a name.
    if (elf === undefined || lacksCommonFile(elf, this.#directories)) return undefined;
    const { onLongWork } = this.#options;
    return sectionsOf(elf, { binary: this.filePath, directories: this.#directories, open: this.#files, onLongWork });
  }

  /** Files with debug information that were looked for so far, and are not there. */
  missingSplitFiles(): readonly string[] {
    return this.#debugInfo?.missing ?? [];
  }

  /**
   * Where in the sources the code of a virtual address is from.
   *
   * @throws {@link DwarfError} when the debug information is broken there
   */
  placeOf(address: bigint): CodePlace | undefined {
    const info = this.debugInfo();
    return info && (this.#addressLines ??= new AddressLines(info)).at(address);
  }

  get #directories(): DebugDirectories {
    return this.#options.directories ?? USUAL_DIRECTORIES;
  }

  #tables(): readonly SymbolTable[] {
    const own = this.elf.symbolTables();
    const more = this.#isStripped ? (this.#debugFile() ?? this.#miniFile()) : undefined;
    return more === undefined ? own : [...own, ...more.symbolTables()];
  }

  /** A binary with its full symbol table needs no debug file for names. */
  get #isStripped(): boolean {
    return this.elf.section(".symtab") === undefined;
  }

  #debugFile(): ElfFile | undefined {
    if (this.#debug === undefined) this.#debug = openDebugFile(this.elf, this.#directories) ?? null;
    return this.#debug ?? undefined;
  }

  #miniFile(): ElfFile | undefined {
    if (this.#mini === undefined) this.#mini = miniDebugFile(this.elf) ?? null;
    return this.#mini ?? undefined;
  }
}

/** A symbol may be in several tables. */
function inOrder(symbols: readonly ElfSymbol[]): readonly ElfSymbol[] {
  const sorted = [...symbols].sort((a, b) => compare(a.name, b.name) || compare(a.address, b.address));
  return sorted.filter(({ name, address }, i) => sorted[i - 1]?.name !== name || sorted[i - 1]?.address !== address);
}

const compare = <T extends string | bigint>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

function moved(place: UsdtPlace, bytes: bigint): UsdtPlace {
  const { semaphore } = place;
  return {
    ...place,
    fileOffset: place.fileOffset + bytes,
    semaphore: semaphore && { ...semaphore, fileOffset: semaphore.fileOffset && semaphore.fileOffset + bytes },
  };
}
