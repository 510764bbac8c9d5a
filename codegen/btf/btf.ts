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
  KIND_NAMES,
  KINDS,
  kindNumberOf,
  LAYOUT_HEADER_BYTES,
  TYPE_WORDS,
  vlenOf,
  type BtfKind,
} from "./kinds.js";
import { NameTable } from "./name-table.js";
import { StringSection } from "./strings.js";
import { indexTypes, kindSizes, type TypeIndex, walkTypes, type WalkTypes } from "./type-index.js";

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

const NOT_THERE: TypeId = -1;

const VOID_TYPE: BtfType = { kind: "void" };

const numbersOf = (kind: BtfKind): readonly number[] =>
  kind === "enum" ? [KINDS.enum.number, KINDS.enum64.number] : [KINDS[kind].number];

/** A script asks for a few names. Who asks for more gets an index by kind. */
const SCANS_BEFORE_INDEXING = 16;

export class Btf {
  /** The vmlinux BTF on which that of a module stands. */
  readonly base: Btf | undefined;
  /** The first id that is ours and not the base's: 1 without a base. */
  readonly firstId: TypeId;
  readonly #words: Uint32Array;
  readonly #strings: StringSection;
  readonly #types: TypeIndex;
  readonly #decoded = new Map<TypeId, BtfType>();
  /** By kind and name: what has been asked for, {@link NOT_THERE} included. Each probe asks for the same few. */
  readonly #found = new Map<string, TypeId>();
  #scans = 0;
  readonly #byKind = new Map<BtfKind, KindIndex>();
  #enumerators: EnumeratorIndex | undefined;

  private constructor(base: Btf | undefined, words: Uint32Array, strings: StringSection, types: TypeIndex) {
    this.base = base;
    this.firstId = base === undefined ? 1 : base.endId;
    this.#words = words;
    this.#strings = strings;
    this.#types = types;
  }

  /**
   * Indexes a BTF blob in one pass. The bytes are kept, not copied.
   *
   * @param base of a split BTF, such as a module's: vmlinux
   * @param walk the pass itself, for hosts that have a faster one
   * @throws {@link BtfError} when the header or the type section is broken
   */
  static parse(bytes: Uint8Array, base?: Btf, walk: WalkTypes = walkTypes): Btf {
    const sections = readHeader(bytes);
    const words = wordsOf(sections.types);
    return new Btf(
      base,
      words,
      new StringSection(sections.strings, base === undefined ? undefined : base.#strings),
      indexTypes(words, kindSizes(sections.layout), walk),
    );
  }

  /** One past the last id. */
  get endId(): TypeId {
    return this.firstId + this.#types.starts.length;
  }

  /** One past the last offset of the string section. */
  get endOfStrings(): number {
    return this.#strings.end;
  }

  /** @throws {@link BtfError} when there is no such id */
  kindOf(id: TypeId): BtfKind | "void" {
    if (id === VOID_ID) return "void";
    const owner = this.#ownerOf(id);
    const kind = KIND_NAMES[owner.#types.kinds[id - owner.firstId] ?? 0];
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
    return owner.#strings.at(owner.#types.names[id - owner.firstId] ?? 0);
  }

  /** The first type of that kind and name; a split BTF looks in its base first, as the kernel does. */
  find(kind: BtfKind, name: string): TypeId | undefined {
    return this.base?.find(kind, name) ?? this.findOwn(kind, name);
  }

  /** The first type of that kind and name that is not in the base. */
  findOwn(kind: BtfKind, name: string): TypeId | undefined {
    if (name === "") return undefined;
    const key = `${kind} ${name}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known === NOT_THERE ? undefined : known;
    const id = this.#look(kind, name);
    this.#found.set(key, id ?? NOT_THERE);
    return id;
  }

  #look(kind: BtfKind, name: string): TypeId | undefined {
    if (this.#scans++ < SCANS_BEFORE_INDEXING) return this.#scan(kind, name);
    const index = this.#indexOf(kind);
    const row = index.names.find(name);
    return row < 0 ? undefined : index.ids[row];
  }

  /** The ids of all types of a kind, in order; those of the base are not among them. */
  idsOf(kind: BtfKind): Int32Array {
    return this.#indexOf(kind).ids;
  }

  /** The names of all types of a kind, without those of the base; empty ones are left out. */
  *namesOf(kind: BtfKind): Generator<string> {
    for (const id of this.idsOf(kind)) {
      const name = this.nameOf(id);
      if (name !== "") yield name;
    }
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
    return this.#types.starts[id - this.firstId] ?? 0;
  }

  #narrowIntBits(id: TypeId): { bits: number; bitOffset: number } | undefined {
    if (this.kindOf(id) !== "int") return undefined;
    const int = this.typeOfKind(id, "int");
    return int === undefined || int.bits === int.bytes * 8 ? undefined : int;
  }

  #scan(kind: BtfKind, name: string): TypeId | undefined {
    const { kinds, names } = this.#types;
    const numbers = numbersOf(kind);
    let first = -1;
    for (const offset of this.#strings.offsetsOf(name)) {
      let row = names.indexOf(offset);
      while (row >= 0 && !numbers.includes(kinds[row] ?? 0)) row = names.indexOf(offset, row + 1);
      if (row >= 0 && (first < 0 || row < first)) first = row;
    }
    return first < 0 ? undefined : this.firstId + first;
  }

  #indexOf(kind: BtfKind): KindIndex {
    let index = this.#byKind.get(kind);
    if (index === undefined) this.#byKind.set(kind, (index = this.#indexKind(kind)));
    return index;
  }

  #indexKind(kind: BtfKind): KindIndex {
    const { kinds } = this.#types;
    const rows: number[] = [];
    for (const number of numbersOf(kind)) {
      for (let row = kinds.indexOf(number); row >= 0; row = kinds.indexOf(number, row + 1)) rows.push(row);
    }
    const sorted = Int32Array.from(rows).sort();
    const names = Uint32Array.from(sorted, (row) => this.#types.names[row] ?? 0);
    return { ids: sorted.map((row) => this.firstId + row), names: new NameTable(this.#strings, names) };
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
