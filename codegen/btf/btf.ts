/**
 * Reads BTF, the kernel's own description of its types. vmlinux has some 130,000 types in 5 MB, and a script
 * needs a few of them: one pass notes where each type starts, everything else is decoded when it is asked for.
 */
import { VOID_ID, type BtfType, type TypeId } from "./btf-type.js";
import { DECODERS, type RawType } from "./decode.js";
import { BtfError } from "./error.js";
import {
  BTF_MAGIC,
  BTF_VERSION,
  HEADER_BYTES,
  KIND_LIMIT,
  KIND_NAMES,
  KINDS,
  kindNumberOf,
  LAYOUT_HEADER_BYTES,
  TYPE_WORDS,
  vlenOf,
  type BtfKind,
} from "./kinds.js";
import { KindLists } from "./kind-lists.js";
import { NameTable } from "./name-table.js";
import { StringSection } from "./strings.js";

/** A constant of some enum. */
export interface EnumConstant {
  readonly name: string;
  readonly value: bigint;
  readonly enumId: TypeId;
}

/** The ids of one kind with their names; `enum` has those of `enum64` too. */
interface KindIndex {
  readonly ids: Int32Array;
  readonly names: NameTable;
}

/** All enumerators of all enums, in order. */
interface EnumeratorIndex {
  readonly names: NameTable;
  readonly owners: Int32Array;
  /** Number of the enumerator inside of its enum. */
  readonly positions: Int32Array;
}

const ENUM_KINDS = [KINDS.enum.number, KINDS.enum64.number];
const VOID_TYPE: BtfType = { kind: "void" };

export class Btf {
  /** The vmlinux BTF on which that of a module stands. */
  readonly base: Btf | undefined;
  /** The first id that is ours and not the base's: 1 without a base. */
  readonly firstId: TypeId;
  readonly #words: Uint32Array;
  readonly #strings: StringSection;
  /** Index of each own type's first word. */
  readonly #starts: Int32Array;
  readonly #kinds: Uint8Array;
  readonly #lists: KindLists;
  readonly #decoded = new Map<TypeId, BtfType>();
  readonly #byKind = new Map<BtfKind, KindIndex>();
  #enumerators: EnumeratorIndex | undefined;

  private constructor(base: Btf | undefined, words: Uint32Array, strings: StringSection, index: TypeIndex) {
    this.base = base;
    this.firstId = base === undefined ? 1 : base.endId;
    this.#words = words;
    this.#strings = strings;
    this.#starts = index.starts;
    this.#kinds = index.kinds;
    this.#lists = index.lists;
  }

  /**
   * Indexes a BTF blob in one pass. The bytes are kept, not copied.
   *
   * @param base of a split BTF, such as a module's: vmlinux
   * @throws {@link BtfError} when the header or the type section is broken
   */
  static parse(bytes: Uint8Array, base?: Btf): Btf {
    const sections = readHeader(bytes);
    const words = wordsOf(sections.types);
    return new Btf(
      base,
      words,
      new StringSection(sections.strings, base === undefined ? undefined : base.#strings),
      indexTypes(words, kindSizes(sections.layout)),
    );
  }

  /** One past the last id. */
  get endId(): TypeId {
    return this.firstId + this.#starts.length;
  }

  /** One past the last offset of the string section. */
  get endOfStrings(): number {
    return this.#strings.end;
  }

  /** @throws {@link BtfError} when there is no such id */
  kindOf(id: TypeId): BtfKind | "void" {
    if (id === VOID_ID) return "void";
    const owner = this.#ownerOf(id);
    const kind = KIND_NAMES[owner.#kinds[id - owner.firstId] ?? 0];
    if (kind === undefined) throw new BtfError(`BTF type ${id} is of a kind that this program does not know`);
    return kind;
  }

  /** Decodes one type. @throws {@link BtfError} when there is no such id or its parts are broken */
  type(id: TypeId): BtfType {
    if (id === VOID_ID) return VOID_TYPE;
    const known = this.#decoded.get(id);
    if (known !== undefined) return known;
    const kind = this.kindOf(id) as BtfKind;
    const type = DECODERS[kind](this.raw(id));
    this.#decoded.set(id, type);
    return type;
  }

  /** Like {@link type}, for callers to whom only one kind makes sense. */
  typeOfKind<K extends BtfType["kind"]>(id: TypeId, ...kinds: readonly K[]): Extract<BtfType, { kind: K }> | undefined {
    const type = this.type(id);
    return kinds.includes(type.kind as K) ? (type as Extract<BtfType, { kind: K }>) : undefined;
  }

  /** The name of a type without decoding the rest of it; empty when it has none. */
  nameOf(id: TypeId): string {
    if (id === VOID_ID) return "";
    const owner = this.#ownerOf(id);
    return owner.#strings.at(owner.#words[owner.#start(id)] ?? 0);
  }

  /** The first type of that kind and name; a split BTF looks in its base first, as the kernel does. */
  find(kind: BtfKind, name: string): TypeId | undefined {
    return this.base?.find(kind, name) ?? this.findOwn(kind, name);
  }

  /** The first type of that kind and name that is not in the base. */
  findOwn(kind: BtfKind, name: string): TypeId | undefined {
    const index = this.#indexOf(kind);
    const row = index.names.find(name);
    return row < 0 ? undefined : index.ids[row];
  }

  /** The ids of all types of a kind, in order; those of the base are not among them. */
  idsOf(kind: BtfKind): Int32Array {
    return this.#indexOf(kind).ids;
  }

  /** A constant by name, such as `IPPROTO_TCP`. */
  findEnumConstant(name: string): EnumConstant | undefined {
    const inBase = this.base?.findEnumConstant(name);
    if (inBase !== undefined) return inBase;
    const index = (this.#enumerators ??= this.#indexEnumerators());
    const row = index.names.find(name);
    if (row < 0) return undefined;
    const enumId = index.owners[row] ?? 0;
    const value = this.typeOfKind(enumId, "enum")?.values[index.positions[row] ?? 0]?.value;
    return value === undefined ? undefined : { name, value, enumId };
  }

  /** The words of a type, for readers that do not want all of it decoded. */
  raw(id: TypeId): RawType {
    const owner = this.#ownerOf(id);
    return {
      words: owner.#words,
      at: owner.#start(id),
      name: (offset) => owner.#strings.at(offset),
      narrowIntBits: (type) => owner.#narrowIntBits(type),
    };
  }

  /** Whether the name at an offset of the string section is `name`. */
  nameEquals(nameOffset: number, name: string): boolean {
    return this.#strings.equals(nameOffset, name);
  }

  #ownerOf(id: TypeId): Btf {
    if (id < this.firstId && this.base !== undefined) return this.base.#ownerOf(id);
    if (id < this.firstId || id >= this.endId) throw new BtfError(`BTF has no type ${id}`);
    return this;
  }

  #start(id: TypeId): number {
    return this.#starts[id - this.firstId] ?? 0;
  }

  #narrowIntBits(id: TypeId): { bits: number; bitOffset: number } | undefined {
    if (this.kindOf(id) !== "int") return undefined;
    const int = this.typeOfKind(id, "int");
    return int === undefined || int.bits === int.bytes * 8 ? undefined : int;
  }

  #indexOf(kind: BtfKind): KindIndex {
    let index = this.#byKind.get(kind);
    if (index === undefined) this.#byKind.set(kind, (index = this.#indexKind(kind)));
    return index;
  }

  #indexKind(kind: BtfKind): KindIndex {
    const rows = this.#lists.rowsOf(...(kind === "enum" ? ENUM_KINDS : [KINDS[kind].number]));
    const ids = new Int32Array(rows.length);
    const names = new Uint32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      ids[i] = this.firstId + row;
      names[i] = this.#words[this.#starts[row] ?? 0] ?? 0;
    }
    return { ids, names: new NameTable(this.#strings, names) };
  }

  #indexEnumerators(): EnumeratorIndex {
    const names: number[] = [];
    const owners: number[] = [];
    const positions: number[] = [];
    for (const id of this.idsOf("enum")) {
      const start = this.#start(id);
      const info = this.#words[start + 1] ?? 0;
      const wordsEach = kindNumberOf(info) === KINDS.enum64.number ? KINDS.enum64.each : KINDS.enum.each;
      for (let i = 0; i < vlenOf(info); i++) {
        names.push(this.#words[start + TYPE_WORDS + i * wordsEach] ?? 0);
        owners.push(id);
        positions.push(i);
      }
    }
    const table = new NameTable(this.#strings, Uint32Array.from(names));
    return { names: table, owners: Int32Array.from(owners), positions: Int32Array.from(positions) };
  }
}

interface Sections {
  readonly types: Uint8Array;
  readonly strings: Uint8Array;
  /** Sizes of each kind as the writer knew them; empty in older BTF. */
  readonly layout: Uint8Array;
}

/**
 *     0      2    3      4        8         12        16       20       24         28          32
 *     | magic|vers|flags |hdr_len | type_off| type_len| str_off| str_len|layout_off|layout_len |
 *
 * Offsets count from the end of the header. The last two are there since Linux 7.1.
 */
function readHeader(bytes: Uint8Array): Sections {
  if (bytes.length < HEADER_BYTES) throw new BtfError(`BTF of ${bytes.length} bytes has no header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint16(0, true);
  if (magic !== BTF_MAGIC) throw new BtfError(`BTF magic is 0x${magic.toString(16)}, not 0x${BTF_MAGIC.toString(16)}`);
  const version = view.getUint8(2);
  if (version !== BTF_VERSION) throw new BtfError(`BTF version ${version} is unknown`);
  const headerBytes = view.getUint32(4, true);
  if (headerBytes < HEADER_BYTES) throw new BtfError(`BTF header of ${headerBytes} bytes is too short`);
  const section = (name: string, at: number): Uint8Array => {
    const start = headerBytes + view.getUint32(at, true);
    const end = start + view.getUint32(at + 4, true);
    if (end > bytes.length) throw new BtfError(`BTF ${name} section ends at ${end}, behind the end at ${bytes.length}`);
    return bytes.subarray(start, end);
  };
  const hasLayout = headerBytes >= LAYOUT_HEADER_BYTES && bytes.length >= LAYOUT_HEADER_BYTES;
  const layout = hasLayout ? section("layout", 24) : bytes.subarray(0, 0);
  return { types: section("type", 8), strings: section("string", 16), layout };
}

/** A view where the alignment allows it. Whatever does not fill a word is not seen by anyone. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  // Not slice(): that of Node's Buffer copies nothing.
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >>> 2);
}

interface TypeIndex {
  readonly starts: Int32Array;
  readonly kinds: Uint8Array;
  readonly lists: KindLists;
}

/** Words of a type by kind number. */
interface KindSizes {
  /** `struct btf_type` and what always follows; -1 for numbers that are no kind. */
  readonly fixed: Int16Array;
  readonly each: Int16Array;
}

const KNOWN_SIZES: KindSizes = {
  fixed: Int16Array.from({ length: KIND_LIMIT }, (_, n) => {
    const kind = KIND_NAMES[n];
    return kind === undefined ? -1 : TYPE_WORDS + KINDS[kind].fixed;
  }),
  each: Int16Array.from({ length: KIND_LIMIT }, (_, n) => {
    const kind = KIND_NAMES[n];
    return kind === undefined ? 0 : KINDS[kind].each;
  }),
};

/**
 * Sizes with those of kinds newer than this program, which the layout section tells: for each kind number
 * one byte of fixed size, one of size for each part, two of flags.
 */
function kindSizes(layout: Uint8Array): KindSizes {
  if (layout.length === 0) return KNOWN_SIZES;
  const fixed = KNOWN_SIZES.fixed.slice();
  const each = KNOWN_SIZES.each.slice();
  for (let kind = 1; kind < KIND_LIMIT && kind * 4 + 1 < layout.length; kind++) {
    if (KIND_NAMES[kind] !== undefined) continue;
    fixed[kind] = TYPE_WORDS + ((layout[kind * 4] ?? 0) >>> 2);
    each[kind] = (layout[kind * 4 + 1] ?? 0) >>> 2;
  }
  return { fixed, each };
}

/** The one pass over all types. It runs cold, so it is one plain loop over local arrays. */
function indexTypes(words: Uint32Array, sizes: KindSizes): TypeIndex {
  const most = Math.floor(words.length / TYPE_WORDS);
  const starts = new Int32Array(most);
  const kinds = new Uint8Array(most);
  const next = new Int32Array(most + 1);
  const first = new Int32Array(KIND_LIMIT);
  const last = new Int32Array(KIND_LIMIT);
  let count = 0;
  let at = 0;
  while (at + TYPE_WORDS <= words.length) {
    const info = words[at + 1] as number;
    const kind = (info >>> 24) & 0x7f;
    const fixed = sizes.fixed[kind] as number;
    if (fixed < 0) throw new BtfError(`BTF type ${count + 1} has the unknown kind ${kind}`);
    starts[count] = at;
    kinds[count++] = kind;
    const before = last[kind] as number;
    if (before === 0) first[kind] = count;
    else next[before] = count;
    last[kind] = count;
    at += fixed + (sizes.each[kind] as number) * (info & 0xffffff);
  }
  if (at !== words.length) throw new BtfError(`BTF type ${count} is cut off by the end of the type section`);
  return { starts: starts.subarray(0, count), kinds: kinds.subarray(0, count), lists: new KindLists(first, next) };
}
