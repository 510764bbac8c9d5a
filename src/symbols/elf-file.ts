/**
 * Reads ELF files with positional reads: headers when it is opened, sections when they are asked for, and never
 * the whole file. A file that is cut off or lies gives an {@link ElfError} that names it.
 */
import { FileSource, type ByteSource } from "./byte-source.js";
import { decompressSection } from "./decompress.js";
import { ElfError } from "./elf-error.js";
import { ELF_LAYOUTS, type ElfClass, type StructLayout } from "./elf-layout.js";
import { Structs } from "./elf-structs.js";
import { SymbolTable, type ElfSymbol } from "./symbol-table.js";

export interface ElfSection {
  readonly name: string;
  /** `SHT_*`. */
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  /** Number of another section, by type: for symbols that of their names. */
  readonly link: number;
}

export interface ElfSegment {
  /** `PT_*`. */
  readonly type: number;
  /** `PF_*`. */
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  readonly fileSize: number;
  readonly memorySize: bigint;
}

export interface ElfNote {
  readonly owner: string;
  readonly type: number;
  readonly description: Uint8Array;
}

export interface ParsedNotes {
  readonly notes: readonly ElfNote[];
  /** Bytes at the end that are no whole note. */
  readonly rest: number;
}

export interface DebugLink {
  readonly fileName: string;
  /** CRC-32 of the whole debug file. */
  readonly crc: number;
}

/** `executable` loads at fixed addresses, `shared` (libraries and PIE programs) anywhere. */
export type ElfType = "executable" | "shared" | "other";

const ELF_TYPES: Readonly<Record<number, ElfType>> = { 2: "executable", 3: "shared" };

const PT_LOAD = 1;
const PT_NOTE = 4;
const PF_X = 1;
const SHT_NOTE = 7;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 1 << 11;
const DT_NEEDED = 1;
const DT_RPATH = 15;
const DT_RUNPATH = 29;
const DT_SONAME = 14;
const NT_GNU_BUILD_ID = 3;
/** Values of header fields that say "look into section 0". */
const PN_XNUM = 0xffff;
const SHN_XINDEX = 0xffff;
/** More than any file has; a lying header does not make us allocate for more. */
const MAX_SECTIONS = 1_000_000;
/** Decompressed sections are no larger: else someone wants our memory. */
const MAX_INFLATED_BYTES = 2 ** 31;
const CODE_WINDOW_BYTES = 4096;

type Header = Structs<keyof (typeof ELF_LAYOUTS)["elf64"]["header"]["fields"]>;

export class ElfFile {
  readonly path: string;
  readonly class: ElfClass;
  readonly type: ElfType;
  /** `EM_*`. */
  readonly machine: number;
  /** Virtual address of the first instruction; 0: there is none. */
  readonly entry: bigint;
  readonly segments: readonly ElfSegment[];
  readonly sections: readonly ElfSection[];
  readonly #source: ByteSource;
  /** What was read last of it. */
  #code: { readonly start: number; readonly bytes: Uint8Array } = { start: 0, bytes: new Uint8Array() };
  #tables: readonly SymbolTable[] | undefined;

  /** Takes over the source; it is closed when the headers are broken. */
  constructor(source: ByteSource) {
    this.#source = source;
    this.path = source.name;
    try {
      this.class = readClass(source);
      const header: Header = this.#structs(ELF_LAYOUTS[this.class].header, 0, 1);
      this.type = ELF_TYPES[header.number(0, "type")] ?? "other";
      this.machine = header.number(0, "machine");
      this.entry = header.bigint(0, "entry");
      this.sections = this.#readSections(header);
      this.segments = this.#readSegments(header);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  /** @throws {@link ElfError} when it is not ELF or broken, the error of `open(2)` when it cannot be opened */
  static open(path: string): ElfFile {
    return new ElfFile(new FileSource(path));
  }

  close(): void {
    this.#source.close();
  }

  section(name: string): ElfSection | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** The contents of a section, decompressed; `undefined` when there is none of that name. */
  sectionBytes(name: string): Uint8Array | undefined {
    const section = this.section(name);
    return section && this.bytesOf(section);
  }

  /** A part of a section that is not compressed. */
  readSection(section: ElfSection, offset: number, length: number): Uint8Array {
    return this.#source.read(section.offset + offset, length);
  }

  /** The same, into memory that is there. */
  readSectionInto(section: ElfSection, offset: number, target: Uint8Array): void {
    this.#source.readInto(section.offset + offset, target);
  }

  static isCompressed = ({ flags }: ElfSection): boolean => (flags & SHF_COMPRESSED) !== 0;

  bytesOf(section: ElfSection): Uint8Array {
    if (section.type === SHT_NOBITS) return new Uint8Array();
    if (section.offset + section.size > this.#source.size)
      throw new ElfError(this.path, `section ${section.name} is cut off: the file ends before it does`);
    const bytes = this.#source.read(section.offset, section.size);
    return (section.flags & SHF_COMPRESSED) === 0 ? bytes : this.#inflate(section, bytes);
  }

  /** Of `.symtab` and `.dynsym`, as far as they are there; `.symtab` first, since it has more. */
  symbolTables(): readonly SymbolTable[] {
    return (this.#tables ??= [".symtab", ".dynsym"].flatMap((name) => this.#readTable(name) ?? []));
  }

  /** The names of all defined functions, in the order of the file. A name may come more than once. */
  functionNames(): readonly string[] {
    return this.symbolTables().flatMap((table) => table.functionNames());
  }

  /** A defined function or object. */
  findSymbol(name: string): ElfSymbol | undefined {
    for (const table of this.symbolTables()) {
      const found = table.find(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Where in the file the code of a virtual address is; `undefined` when no executable segment has it. */
  fileOffsetOf(address: bigint): number | undefined {
    const segment = this.segments.find((s) => isCode(s) && address >= s.address && address < s.address + s.memorySize);
    return segment && Number(address - segment.address) + segment.offset;
  }

  /** The virtual address of code at a file offset: the inverse of {@link fileOffsetOf}. */
  addressOf(fileOffset: number): bigint | undefined {
    const segment = this.segments.find(
      (s) => isCode(s) && fileOffset >= s.offset && fileOffset < s.offset + s.fileSize,
    );
    return segment && segment.address + BigInt(fileOffset - segment.offset);
  }

  /** Code at a virtual address: fewer bytes than asked for where the segment ends in the file. */
  codeAt(address: bigint, length: number): Uint8Array | undefined {
    const segment = this.segments.find((s) => isCode(s) && address >= s.address && address < s.address + s.memorySize);
    if (segment === undefined) return undefined;
    const start = Number(address - segment.address);
    return this.#readCode(segment.offset + start, Math.max(0, Math.min(length, segment.fileSize - start)));
  }

  /** Who probes hundreds of functions wants an instruction of each. */
  #readCode(offset: number, length: number): Uint8Array {
    if (length > CODE_WINDOW_BYTES) return this.#source.read(offset, length);
    const isNear = offset >= this.#code.start && offset + length <= this.#code.start + this.#code.bytes.length;
    if (!isNear) {
      const bytes = Math.max(length, Math.min(CODE_WINDOW_BYTES, this.#source.size - offset));
      this.#code = { start: offset, bytes: this.#source.read(offset, bytes) };
    }
    const at = offset - this.#code.start;
    return this.#code.bytes.subarray(at, at + length);
  }

  /** Bytes at a virtual address, code or not: fewer than asked for where the segment ends in the file. */
  dataAt(address: bigint, length: number): Uint8Array | undefined {
    const segment = this.segments.find(
      (s) => s.type === PT_LOAD && address >= s.address && address < s.address + BigInt(s.fileSize),
    );
    if (segment === undefined) return undefined;
    const start = Number(address - segment.address);
    return this.#source.read(segment.offset + start, Math.min(length, segment.fileSize - start));
  }

  /** All notes, of sections or, in a file without sections, of segments. */
  notes(): readonly ElfNote[] {
    const inSections = this.sections.filter((s) => s.type === SHT_NOTE);
    const chunks =
      inSections.length > 0
        ? inSections.map((s) => this.bytesOf(s))
        : this.segments.filter((s) => s.type === PT_NOTE).map((s) => this.#source.read(s.offset, s.fileSize));
    return chunks.flatMap((chunk) => parseNotes(chunk).notes);
  }

  /** Those of one section, and how many bytes after them are no note. */
  notesOf(section: string): ParsedNotes {
    return parseNotes(this.sectionBytes(section) ?? new Uint8Array());
  }

  /** In hex. */
  buildId(): string | undefined {
    return buildIdOf(this.notes());
  }

  /** The number that a file of version 5 which others have in common says of itself, in hex. */
  commonId(): string | undefined {
    const sup = this.sectionBytes(".debug_sup");
    return sup === undefined || sup.length < 5 || sup[2] !== 1 ? undefined : hex(sup.subarray(5, 5 + (sup[4] ?? 0)));
  }

  /** The file that several have in common (`dwz`): where it is, and its build id or other number in hex. */
  commonLink(): { readonly fileName: string; readonly buildId: string | undefined } | undefined {
    const old = this.sectionBytes(".gnu_debugaltlink");
    if (old !== undefined) {
      const end = old.indexOf(0);
      return end <= 0 ? undefined : { fileName: latin1(old.subarray(0, end)), buildId: hex(old.subarray(end + 1)) };
    }
    // Version 5: version, whether it is that file itself, its name, a checksum with its length.
    const sup = this.sectionBytes(".debug_sup");
    if (sup === undefined || sup.length < 4 || sup[2] !== 0) return undefined;
    const end = sup.indexOf(0, 3);
    if (end <= 3) return undefined;
    const id = sup.subarray(end + 2, end + 2 + (sup[end + 1] ?? 0));
    return { fileName: latin1(sup.subarray(3, end)), buildId: id.length === 0 ? undefined : hex(id) };
  }

  debugLink(): DebugLink | undefined {
    const bytes = this.sectionBytes(".gnu_debuglink");
    if (bytes === undefined || bytes.length < 8) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.indexOf(0);
    const crcAt = (end + 4) & ~3;
    if (end <= 0 || crcAt + 4 > bytes.length) return undefined;
    return { fileName: latin1(bytes.subarray(0, end)), crc: view.getUint32(crcAt, true) };
  }

  /** What the dynamic linker calls this library. */
  soname(): string | undefined {
    return this.#dynamicNames(DT_SONAME)[0];
  }

  /** The libraries that it is linked with, as they call themselves. */
  needed(): readonly string[] {
    return this.#dynamicNames(DT_NEEDED);
  }

  /** The directories in which it looks for them first: `DT_RUNPATH` rules `DT_RPATH` out. */
  runPaths(): readonly string[] {
    const paths = this.#dynamicNames(DT_RUNPATH);
    return (paths.length > 0 ? paths : this.#dynamicNames(DT_RPATH)).flatMap((list) => list.split(":"));
  }

  #dynamicNames(tag: number): readonly string[] {
    const dynamic = this.section(".dynamic");
    const strings = dynamic && this.sections[dynamic.link];
    if (strings === undefined) return [];
    const entries = new Structs(ELF_LAYOUTS[this.class].dynamic, this.bytesOf(dynamic as ElfSection));
    const names = this.bytesOf(strings);
    const found: string[] = [];
    for (let i = 0; i < entries.count; i++)
      if (entries.number(i, "tag") === tag) found.push(nameAt(names, entries.number(i, "value")));
    return found;
  }

  #structs<N extends string>(layout: StructLayout<N>, offset: number, count: number): Structs<N> {
    return new Structs(layout, this.#source.read(offset, count * layout.bytes));
  }

  #readSections(header: Header): readonly ElfSection[] {
    const offset = header.number(0, "shoff");
    if (offset === 0) return [];
    this.#checkEntrySize(header.number(0, "shentsize"), ELF_LAYOUTS[this.class].section.bytes, "section");
    if (offset + ELF_LAYOUTS[this.class].section.bytes > this.#source.size)
      throw new ElfError(this.path, "is cut off: it ends before its table of sections begins");
    const first = this.#structs(ELF_LAYOUTS[this.class].section, offset, 1);
    const count = header.number(0, "shnum") || first.number(0, "size");
    if (count > MAX_SECTIONS) throw new ElfError(this.path, `has ${count} sections`);
    const raw = this.#structs(ELF_LAYOUTS[this.class].section, offset, count);
    const namesIndex = header.number(0, "shstrndx");
    const names = namesIndex === SHN_XINDEX ? first.number(0, "link") : namesIndex;
    const nameBytes =
      names > 0 && names < count
        ? this.#source.read(raw.number(names, "offset"), raw.number(names, "size"))
        : new Uint8Array();
    return Array.from({ length: count }, (_, i) => ({
      name: nameAt(nameBytes, raw.number(i, "name")),
      type: raw.number(i, "type"),
      flags: raw.number(i, "flags"),
      address: raw.bigint(i, "addr"),
      offset: raw.number(i, "offset"),
      size: raw.number(i, "size"),
      link: raw.number(i, "link"),
    }));
  }

  #readSegments(header: Header): readonly ElfSegment[] {
    const offset = header.number(0, "phoff");
    if (offset === 0) return [];
    this.#checkEntrySize(header.number(0, "phentsize"), ELF_LAYOUTS[this.class].segment.bytes, "program header");
    const written = header.number(0, "phnum");
    const count = written === PN_XNUM ? this.#extendedSegmentCount(header) : written;
    const raw = this.#structs(ELF_LAYOUTS[this.class].segment, offset, count);
    return Array.from({ length: count }, (_, i) => ({
      type: raw.number(i, "type"),
      flags: raw.number(i, "flags"),
      offset: raw.number(i, "offset"),
      address: raw.bigint(i, "vaddr"),
      fileSize: raw.number(i, "filesz"),
      memorySize: raw.bigint(i, "memsz"),
    }));
  }

  #extendedSegmentCount(header: Header): number {
    const shoff = header.number(0, "shoff");
    return shoff === 0 ? PN_XNUM : this.#structs(ELF_LAYOUTS[this.class].section, shoff, 1).number(0, "info");
  }

  #checkEntrySize(written: number, expected: number, what: string): void {
    if (written !== expected) throw new ElfError(this.path, `has ${what}s of ${written} bytes, not ${expected}`);
  }

  #readTable(name: string): SymbolTable | undefined {
    const section = this.section(name);
    const strings = section && this.sections[section.link];
    if (section === undefined || strings === undefined || section.type === SHT_NOBITS) return undefined;
    return new SymbolTable(this.class, this.bytesOf(section), this.bytesOf(strings));
  }

  #inflate(section: ElfSection, bytes: Uint8Array): Uint8Array {
    const layout = ELF_LAYOUTS[this.class].compression;
    const fail = (reason: string, cause?: unknown): never => {
      throw new ElfError(this.path, `section ${section.name} ${reason}`, { cause });
    };
    if (bytes.length < layout.bytes) return fail("is cut off");
    const header = new Structs(layout, bytes);
    const type = header.number(0, "type");
    const size = header.number(0, "size");
    if (size > MAX_INFLATED_BYTES) return fail(`has ${size} bytes when decompressed`);
    let inflated: Uint8Array | undefined;
    try {
      inflated = decompressSection(type, bytes.subarray(layout.bytes), size);
    } catch (cause) {
      return fail("cannot be decompressed", cause);
    }
    return inflated ?? fail(`is compressed in a way that is not supported (${type})`);
  }
}

const isCode = (segment: ElfSegment): boolean => segment.type === PT_LOAD && (segment.flags & PF_X) !== 0;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

function nameAt(strings: Uint8Array, offset: number): string {
  if (offset >= strings.length) return "";
  const end = strings.indexOf(0, offset);
  return latin1(strings.subarray(offset, end === -1 ? undefined : end));
}

/** The first 16 bytes of every ELF file: magic, word size, byte order, version. */
function readClass(source: ByteSource): ElfClass {
  if (source.size < 16) throw new ElfError(source.name, "is not an ELF file");
  const [magic, e, l, f, wordSize, byteOrder] = source.read(0, 16);
  const isElf = magic === 0x7f && e === 0x45 && l === 0x4c && f === 0x46;
  if (!isElf) throw new ElfError(source.name, "is not an ELF file");
  if (byteOrder !== 1) throw new ElfError(source.name, "is an ELF file of another byte order");
  if (wordSize === 2) return "elf64";
  if (wordSize === 1) return "elf32";
  throw new ElfError(source.name, `is an ELF file of unknown class ${wordSize ?? ""}`);
}

/**
 *     | namesz | descsz | type | name, padded to 4 | description, padded to 4 |
 *
 * Notes that run over the end are left out.
 */
function parseNotes(bytes: Uint8Array): ParsedNotes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: ElfNote[] = [];
  let at = 0;
  while (at + 12 <= bytes.length) {
    const nameBytes = view.getUint32(at, true);
    const descriptionAt = at + 12 + alignUp4(nameBytes);
    const end = descriptionAt + view.getUint32(at + 4, true);
    if (end > bytes.length) break;
    notes.push({
      owner: nameAt(bytes.subarray(0, at + 12 + nameBytes), at + 12),
      type: view.getUint32(at + 8, true),
      description: bytes.subarray(descriptionAt, end),
    });
    at = alignUp4(end);
  }
  return { notes, rest: Math.max(bytes.length - at, 0) };
}

const buildIdOf = (notes: readonly ElfNote[]): string | undefined => {
  const note = notes.find((n) => n.owner === "GNU" && n.type === NT_GNU_BUILD_ID);
  return note && Buffer.from(note.description).toString("hex");
};

/** In hex, of notes that are no file. */
export const buildIdIn = (notes: Uint8Array): string | undefined => buildIdOf(parseNotes(notes).notes);

const alignUp4 = (n: number): number => Math.ceil(n / 4) * 4;
