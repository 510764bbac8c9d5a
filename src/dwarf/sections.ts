/** Where debug information is read from: sections by their names, piece by piece. */
import { Cursor } from "./cursor.js";
import { CutOffError, DwarfError } from "./dwarf-error.js";

/** Part of a file; nothing of it is read that is not asked for. */
export interface SectionSource {
  readonly size: number;
  /** All inside of it. */
  read(offset: number, length: number): Uint8Array;
}

/** A file with debug information, and where there is more of it. */
export interface DebugSections {
  /** For messages. */
  readonly file: string;
  /** By its name (`.debug_info`), decompressed; undefined when there is none. */
  section(name: string): SectionSource | undefined;
  /** The file that several have in common (`dwz`). */
  supplement?(): DebugSections | undefined;
  /** What was left out of a unit, by the name and number that it says. */
  split?(wanted: SplitFile): DebugSections | undefined;
  /** Many such files in one. */
  package?(): DebugSections | undefined;
}

export interface SplitFile {
  readonly name: string;
  /** In which the compiler ran. */
  readonly directory: string;
  readonly id: bigint | undefined;
}

const EMPTY: SectionSource = { size: 0, read: () => new Uint8Array() };

/** Strings and tables are read in pieces of so many bytes; so many pieces are kept. */
const PAGE_BYTES = 1 << 16;
const MAX_PAGES = 256;
/** The first try at what does not say how long it is. */
const FIRST_BYTES = 4096;

/** One section, with what is wrong in it located. */
export class Section {
  readonly name: string;
  readonly file: string;
  readonly #source: SectionSource;
  readonly #start: number;
  readonly size: number;
  readonly #pages = new Map<number, Uint8Array>();

  constructor(file: string, name: string, source: SectionSource = EMPTY, part?: { start: number; size: number }) {
    this.file = file;
    this.name = name;
    this.#source = source;
    this.#start = part?.start ?? 0;
    this.size = part?.size ?? source.size;
    if (this.#start + this.size > source.size) throw new DwarfError("a part of it is cut off", this);
  }

  /** A part that counts from its own start. */
  part(start: number, size: number): Section {
    return new Section(this.file, this.name, this.#source, { start: this.#start + start, size });
  }

  bytes(offset: number, length: number): Uint8Array {
    if (offset < 0 || length < 0 || !(offset + length <= this.size))
      throw new DwarfError(`bytes ${offset} to ${offset + length} are outside of it`, this);
    return this.#source.read(this.#start + offset, length);
  }

  /** All of it: only of what is small, or wanted whole. */
  all(): Uint8Array {
    return this.bytes(0, this.size);
  }

  /** What begins at an offset and says itself where it ends. */
  parse<T>(offset: number, read: (cursor: Cursor) => T): T {
    if (!(offset >= 0 && offset <= this.size)) throw new DwarfError(`${offset} is outside of it`, this);
    for (let length = FIRST_BYTES; ; length *= 4) {
      const isWhole = offset + length >= this.size;
      const cursor = new Cursor(this.bytes(offset, isWhole ? this.size - offset : length), 0, {
        section: this,
        offset,
      });
      try {
        return read(cursor);
      } catch (error) {
        if (isWhole || !(error instanceof CutOffError)) throw error;
      }
    }
  }

  /** A string is often asked for beside others. */
  string(offset: number): string {
    if (!(offset >= 0 && offset < this.size)) throw new DwarfError(`there is no string at ${offset}`, this);
    const page = Math.floor(offset / PAGE_BYTES);
    const bytes = this.#page(page);
    const start = offset - page * PAGE_BYTES;
    const end = bytes.indexOf(0, start);
    if (end !== -1) return latin1(bytes.subarray(start, end));
    return this.parse(offset, (cursor) => cursor.string());
  }

  #page(number: number): Uint8Array {
    let page = this.#pages.get(number);
    if (page === undefined) {
      const at = number * PAGE_BYTES;
      page = this.bytes(at, Math.min(PAGE_BYTES, this.size - at));
      if (this.#pages.size >= MAX_PAGES) this.#pages.delete(this.#pages.keys().next().value ?? 0);
      this.#pages.set(number, page);
    }
    return page;
  }
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");

/** The sections of one file, each made once. */
export class SectionTable {
  readonly file: string;
  readonly #sections: DebugSections;
  readonly #known = new Map<string, Section>();

  constructor(sections: DebugSections) {
    this.#sections = sections;
    this.file = sections.file;
  }

  /** Empty when there is none. */
  get(name: string): Section {
    let section = this.#known.get(name);
    if (section === undefined) {
      section = new Section(this.file, name, this.#sections.section(name));
      this.#known.set(name, section);
    }
    return section;
  }
}
