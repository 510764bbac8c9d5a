/** Where debug information is read from: sections by their names, piece by piece. */
import { Cursor } from "./cursor.js";
import { CutOffError, DwarfError } from "./dwarf-error.js";

/** Part of a file; nothing of it is read that is not asked for. */
export interface SectionSource {
  readonly size: number;
  /** All inside of it. */
  read(offset: number, length: number): Uint8Array;
  /** The same, into memory that is there. What is in memory anyway need not have it. */
  readInto?(offset: number, target: Uint8Array): void;
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
  /** Is told, once, when it is so much that has to be looked through that it takes long. */
  onLongWork?(): void;
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
/** So much is looked through at once: what lies in the cache of a processor meanwhile, and costs no new memory. */
const CHUNK_BYTES = 1 << 18;
/** The first try at what does not say how long it is. */
const FIRST_BYTES = 4096;
const FIRST_BYTES_ALONE = 512;

/** One section, with what is wrong in it located. */
export class Section {
  readonly name: string;
  readonly file: string;
  readonly #source: SectionSource;
  readonly #start: number;
  readonly size: number;
  readonly #pages = new Map<number, Uint8Array>();
  readonly #shared = new Map<number, string>();

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

  /**
   * What begins at an offset and says itself where it ends.
   *
   * @param alone - nothing else is asked for that lies beside it, before this end
   */
  parse<T>(offset: number, read: (cursor: Cursor) => T, alone?: { readonly end: number }): T {
    const { end } = alone ?? { end: this.size };
    if (!(offset >= 0 && offset <= end && end <= this.size)) throw new DwarfError(`${offset} is outside of it`, this);
    for (let length = alone === undefined ? FIRST_BYTES : FIRST_BYTES_ALONE; ; length *= 4) {
      const isWhole = offset + length >= end;
      const wanted = isWhole ? end - offset : length;
      const nearby = alone === undefined ? this.#nearby(offset, wanted) : undefined;
      const bytes = nearby ?? this.bytes(offset, wanted);
      const cursor = new Cursor(bytes, 0, { section: this, offset });
      try {
        return read(cursor);
      } catch (error) {
        if (isWhole || !(error instanceof CutOffError)) throw error;
      }
    }
  }

  /**
   * All of it, in chunks of which each begins with the last bytes of the one before: what is not longer is whole in
   * one of them. They all have the same memory.
   */
  *chunks(overlap: number): Generator<{ readonly start: number; readonly bytes: Buffer }> {
    const source = this.#source;
    const memory = source.readInto === undefined ? undefined : Buffer.allocUnsafeSlow(CHUNK_BYTES + overlap);
    for (let start = 0; start < this.size; start += CHUNK_BYTES) {
      const length = Math.min(CHUNK_BYTES + overlap, this.size - start);
      if (memory === undefined) yield { start, bytes: bufferOf(this.bytes(start, length)) };
      else {
        const bytes = memory.subarray(0, length);
        source.readInto?.(this.#start + start, bytes);
        yield { start, bytes };
      }
    }
  }

  /** Small things are often asked for beside others. As many bytes or more, as long as they are in one page. */
  #nearby(offset: number, length: number): Uint8Array | undefined {
    const page = Math.floor(offset / PAGE_BYTES);
    const start = offset - page * PAGE_BYTES;
    return start + length <= PAGE_BYTES ? this.#page(page).subarray(start) : undefined;
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

  /** One that many ask for: all units of a program name the same files. */
  sharedString(offset: number): string {
    let text = this.#shared.get(offset);
    if (text === undefined) this.#shared.set(offset, (text = this.string(offset)));
    return text;
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

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const latin1 = (bytes: Uint8Array): string => bufferOf(bytes).toString("latin1");

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
