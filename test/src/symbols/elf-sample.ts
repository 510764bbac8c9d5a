/** Writes a small ELF file, field by field as elf(5) describes them. */

export interface SampleSymbol {
  readonly name: string;
  /** STT_OBJECT 1, STT_FUNC 2, STT_GNU_IFUNC 10. */
  readonly type: number;
  readonly value: number;
  readonly size: number;
  /** 0 for an undefined symbol. */
  readonly section?: number;
}

export interface SampleOptions {
  readonly bits?: 32 | 64;
  /** ET_EXEC 2, ET_DYN 3. */
  readonly type?: number;
  readonly symbols?: readonly SampleSymbol[];
  readonly dynamicSymbols?: readonly SampleSymbol[];
  readonly soname?: string;
  readonly buildId?: string;
  readonly debugLink?: { readonly fileName: string; readonly crc: number };
  /** `EM_*`; by default that of x86. */
  readonly machine?: number;
  /** Contents of `.note.stapsdt`, and the address of `.stapsdt.base`. */
  readonly usdt?: { readonly notes: Uint8Array; readonly base?: number };
}

interface SampleSection {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
  readonly address?: number;
}

/** Code is loaded from this file offset … */
export const TEXT_OFFSET = 0x1000;
/** … to this address. */
export const TEXT_ADDRESS = 0x401000;
const TEXT_BYTES = 0x200;
/** Data is loaded to this address; only its first bytes come from the file. */
export const DATA_ADDRESS = 0x600000;
export const DATA_OFFSET = 0x1200;
const DATA_FILE_BYTES = 0x10;
const DATA_BYTES = 0x3000;

export const SAMPLE_SYMBOLS: readonly SampleSymbol[] = [
  { name: "main", type: 2, value: TEXT_ADDRESS, size: 16 },
  { name: "xmain", type: 2, value: TEXT_ADDRESS + 16, size: 16 },
  { name: "pick", type: 10, value: TEXT_ADDRESS + 32, size: 0 },
  { name: "table", type: 1, value: 0x600000, size: 4 },
  { name: "printf", type: 2, value: 0, size: 0, section: 0 },
  { name: "outer", type: 2, value: TEXT_ADDRESS + 0x40, size: 0x40 },
  { name: "inner", type: 2, value: TEXT_ADDRESS + 0x50, size: 8 },
];

export function elfSample(options: SampleOptions = {}): Uint8Array {
  const is64 = (options.bits ?? 64) === 64;
  const sections = layOut(sectionsOf(options, is64), is64);
  const headersAt = sections.end;
  const bytes = new Uint8Array(headersAt + (sections.all.length + 1) * (is64 ? 64 : 40));
  const out = new Writer(bytes, is64);
  out.put(0, [0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, 1, 1]);
  out.fields(16, [
    [2, options.type ?? 3],
    [2, options.machine ?? (is64 ? 62 : 3)],
    [4, 1],
    ["word", TEXT_ADDRESS],
    ["word", is64 ? 64 : 52],
    ["word", headersAt],
    [4, 0],
    [2, is64 ? 64 : 52],
    [2, is64 ? 56 : 32],
    [2, SEGMENTS.length],
    [2, is64 ? 64 : 40],
    [2, sections.all.length + 1],
    [2, sections.all.length],
  ]);
  for (const [i, segment] of SEGMENTS.entries()) writeSegment(out, is64, i, segment);
  for (const [i, section] of sections.all.entries()) {
    out.put(section.offset, section.bytes);
    out.fields(headersAt + (i + 1) * (is64 ? 64 : 40), [
      [4, section.nameAt],
      [4, section.type],
      ["word", 0],
      ["word", section.address ?? 0],
      ["word", section.offset],
      ["word", section.bytes.length],
      [4, section.link ?? 0],
      [4, 0],
      ["word", 1],
      ["word", 0],
    ]);
  }
  return bytes;
}

interface SampleSegment {
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** One for code and one for data. */
const SEGMENTS: readonly SampleSegment[] = [
  { flags: 5, offset: TEXT_OFFSET, address: TEXT_ADDRESS, fileSize: TEXT_BYTES, memorySize: TEXT_BYTES },
  { flags: 6, offset: DATA_OFFSET, address: DATA_ADDRESS, fileSize: DATA_FILE_BYTES, memorySize: DATA_BYTES },
];

function writeSegment(out: Writer, is64: boolean, index: number, segment: SampleSegment): void {
  const { flags, offset, address, fileSize, memorySize } = segment;
  out.fields(
    is64 ? 64 + 56 * index : 52 + 32 * index,
    is64
      ? [
          [4, 1],
          [4, flags],
          [8, offset],
          [8, address],
          [8, address],
          [8, fileSize],
          [8, memorySize],
          [8, 0x1000],
        ]
      : [
          [4, 1],
          [4, offset],
          [4, address],
          [4, address],
          [4, fileSize],
          [4, memorySize],
          [4, flags],
          [4, 0x1000],
        ],
  );
}

function sectionsOf(options: SampleOptions, is64: boolean): SampleSection[] {
  const sections: SampleSection[] = [
    { name: ".text", type: 1, bytes: new Uint8Array(TEXT_BYTES), address: TEXT_ADDRESS },
  ];
  const addSymbols = (name: string, type: number, symbols: readonly SampleSymbol[]): void => {
    const strings = new Strings();
    const bytes = symbolBytes(symbols, strings, is64);
    sections.push({ name, type, bytes, link: sections.length + 2 });
    sections.push({ name: name === ".symtab" ? ".strtab" : ".dynstr", type: 3, bytes: strings.bytes() });
  };
  if (options.symbols !== undefined) addSymbols(".symtab", 2, options.symbols);
  if (options.dynamicSymbols !== undefined) addSymbols(".dynsym", 11, options.dynamicSymbols);
  if (options.soname !== undefined) {
    const strings = new Strings();
    const at = strings.add(options.soname);
    const out = new Writer(new Uint8Array(is64 ? 32 : 16), is64);
    out.fields(0, [
      ["word", 14],
      ["word", at],
      ["word", 0],
      ["word", 0],
    ]);
    sections.push({ name: ".dynamic", type: 6, bytes: out.bytes, link: sections.length + 2 });
    sections.push({ name: ".dynstr", type: 3, bytes: strings.bytes() });
  }
  if (options.buildId !== undefined) {
    const id = Buffer.from(options.buildId, "hex");
    const note = Buffer.concat([Buffer.from([4, 0, 0, 0, id.length, 0, 0, 0, 3, 0, 0, 0]), Buffer.from("GNU\0"), id]);
    sections.push({ name: ".note.gnu.build-id", type: 7, bytes: note });
  }
  if (options.usdt !== undefined) {
    const { notes, base } = options.usdt;
    sections.push({ name: ".note.stapsdt", type: 7, bytes: notes });
    if (base !== undefined) sections.push({ name: ".stapsdt.base", type: 1, bytes: new Uint8Array(1), address: base });
  }
  if (options.debugLink !== undefined) {
    const name = Buffer.from(`${options.debugLink.fileName}\0`);
    const padded = Buffer.concat([name, Buffer.alloc((4 - (name.length % 4)) % 4), Buffer.alloc(4)]);
    padded.writeUInt32LE(options.debugLink.crc, padded.length - 4);
    sections.push({ name: ".gnu_debuglink", type: 1, bytes: padded });
  }
  return sections;
}

function symbolBytes(symbols: readonly SampleSymbol[], strings: Strings, is64: boolean): Uint8Array {
  const stride = is64 ? 24 : 16;
  const out = new Writer(new Uint8Array((symbols.length + 1) * stride), is64);
  for (const [i, symbol] of symbols.entries()) {
    const at = (i + 1) * stride;
    const name = strings.add(symbol.name);
    const rest: Field[] = [
      [1, symbol.type],
      [1, 0],
      [2, symbol.section ?? 1],
    ];
    const value: Field[] = [
      ["word", symbol.value],
      ["word", symbol.size],
    ];
    out.fields(at, [[4, name], ...(is64 ? [...rest, ...value] : [...value, ...rest])]);
  }
  return out.bytes;
}

function layOut(sections: readonly SampleSection[], is64: boolean) {
  const names = new Strings();
  const withNames = [...sections, { name: ".shstrtab", type: 3, bytes: new Uint8Array() }].map((s) => ({
    ...s,
    nameAt: names.add(s.name),
  }));
  let end = TEXT_OFFSET;
  const all = withNames.map((section) => {
    const bytes = section.name === ".shstrtab" ? names.bytes() : section.bytes;
    const offset = end;
    end = Math.ceil((end + bytes.length) / 8) * 8;
    return { ...section, bytes, offset };
  });
  return { all, end, is64 };
}

class Strings {
  #text = "\0";

  /** Shares the ends of longer strings, as linkers do. */
  add(name: string): number {
    const known = this.#text.indexOf(`${name}\0`);
    if (known !== -1) return known;
    this.#text += `${name}\0`;
    return this.#text.length - name.length - 1;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#text, "latin1");
  }
}

/** `word` is 4 or 8 bytes, by the file's word size. */
type Field = readonly [bytes: 1 | 2 | 4 | 8 | "word", value: number];

class Writer {
  readonly bytes: Uint8Array;
  readonly #is64: boolean;

  constructor(bytes: Uint8Array, is64: boolean) {
    this.bytes = bytes;
    this.#is64 = is64;
  }

  put(at: number, bytes: ArrayLike<number>): void {
    this.bytes.set(bytes, at);
  }

  fields(at: number, fields: readonly Field[]): void {
    for (const [width, value] of fields) {
      const bytes = width === "word" ? (this.#is64 ? 8 : 4) : width;
      for (let i = 0; i < bytes; i++) this.bytes[at + i] = Math.floor(value / 2 ** (8 * i)) % 256;
      at += bytes;
    }
  }
}

export interface SampleNote {
  readonly location: number;
  readonly base?: number;
  readonly semaphore?: number;
  readonly provider: string;
  readonly name: string;
  readonly args?: string;
}

/** A note as `sys/sdt.h` writes it. */
export function usdtNote(note: SampleNote, bits: 32 | 64 = 64): Uint8Array {
  const is64 = bits === 64;
  const texts = Buffer.from([note.provider, note.name, note.args ?? "", ""].join("\0"), "latin1");
  const words = 3 * (is64 ? 8 : 4);
  const bytes = words + texts.length;
  const out = new Writer(new Uint8Array(20 + Math.ceil(bytes / 4) * 4), is64);
  out.fields(0, [
    [4, 8],
    [4, bytes],
    [4, 3],
  ]);
  out.put(12, Buffer.from("stapsdt\0"));
  out.fields(20, [
    ["word", note.location],
    ["word", note.base ?? 0],
    ["word", note.semaphore ?? 0],
  ]);
  out.put(20 + words, texts);
  return out.bytes;
}
