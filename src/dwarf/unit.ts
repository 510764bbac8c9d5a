import { type Abbreviation, type Abbreviations, findAbbreviation, readAbbreviations } from "./abbreviations.js";
import { AT, TAG, UNIT_TYPE } from "./constants.js";
import { Cursor, type Origin, unitLength } from "./cursor.js";
import type { Contributions, DebugFile } from "./debug-file.js";
import { type RawValue, readForm, skipForm, type Widths } from "./forms.js";
import { exactNumber } from "./exact-number.js";
import { type AddressRange, type RangeBases, rangeNumbers, readRanges } from "./ranges.js";
import type { Section } from "./sections.js";

/** What stands at the head of a unit. */
interface Header extends Widths {
  readonly type: number;
  /** Of the unit, and what lies behind it, in its section. */
  readonly start: number;
  readonly end: number;
  readonly firstEntry: number;
  readonly abbreviationsAt: number;
  /** Of types: the number that others know it by. Of what was left out, and what was left: that of the pair. */
  readonly id: bigint | undefined;
  /** From the start of the unit. */
  readonly typeOffset: number | undefined;
}

/** Longer than any header. */
const HEADER_BYTES = 48;

/** All units in a section, with nothing but their headers read. */
export function* unitsOf(file: DebugFile, section: Section, base: number): Generator<Unit> {
  const isOfTypes = section.name.startsWith(".debug_types");
  for (let at = 0; at < section.size;) {
    const header = readHeader(section, at, isOfTypes);
    if (header.version >= 2 && header.version <= 5) yield new Unit(file, section, base, header);
    at = header.end;
  }
}

function readHeader(section: Section, start: number, isOfTypes: boolean): Header {
  const bytes = section.bytes(start, Math.min(HEADER_BYTES, section.size - start));
  const cursor = new Cursor(bytes, 0, { section, offset: start });
  const { length, offsetBytes } = unitLength(cursor);
  const end = start + cursor.at + length;
  if (!(end <= section.size)) throw cursor.broken("a unit is cut off");
  const version = cursor.u16();
  if (version < 2 || version > 5) return unknownHeader(version, offsetBytes, start, end);
  const type = version >= 5 ? cursor.u8() : isOfTypes ? UNIT_TYPE.type : UNIT_TYPE.compile;
  const addressBytesFirst = version < 5 ? undefined : cursor.u8();
  const abbreviationsAt = cursor.offset(offsetBytes);
  const addressBytes = addressBytesFirst ?? cursor.u8();
  if (addressBytes !== 8 && addressBytes !== 4) throw cursor.broken(`a unit has addresses of ${addressBytes} bytes`);
  const isSkeleton = type === UNIT_TYPE.skeleton || type === UNIT_TYPE.splitCompile;
  const isType = type === UNIT_TYPE.type || type === UNIT_TYPE.splitType;
  const id = isSkeleton || isType ? cursor.u64() : undefined;
  const typeOffset = isType ? cursor.offset(offsetBytes) : undefined;
  const firstEntry = cursor.at;
  // Without a spread: there are thousands of units, and it would take longer than all else of it.
  return { version, offsetBytes, start, end, type, addressBytes, abbreviationsAt, id, typeOffset, firstEntry };
}

const unknownHeader = (version: number, offsetBytes: 4 | 8, start: number, end: number): Header => ({
  version,
  offsetBytes,
  start,
  end,
  type: 0,
  addressBytes: 8,
  abbreviationsAt: 0,
  id: undefined,
  typeOffset: undefined,
  firstEntry: 0,
});

/** Everything that the compiler has said of one source file, as a tree of entries. */
export class Unit implements RangeBases {
  readonly file: DebugFile;
  /** As all offsets, of one section of one file: see {@link DebugFile.base}. */
  readonly offset: number;
  readonly end: number;
  readonly type: number;
  readonly version: number;
  readonly offsetBytes: 4 | 8;
  readonly addressBytes: number;
  readonly id: bigint | undefined;
  readonly #section: Section;
  readonly #header: Header;
  readonly #base: number;
  #abbreviations: Abbreviations | undefined;
  #root: Entry | undefined;
  /** From its start to the end of its first entry. */
  #head: Uint8Array | undefined;
  #contributions: Contributions | null | undefined;
  #skeleton: Unit | undefined;
  #findSplit: ((unit: Unit) => Unit | undefined) | undefined;
  #split: Unit | null | undefined;
  /** Each of its lists of ranges asks for it. */
  #firstAddress: bigint | undefined;

  constructor(file: DebugFile, section: Section, base: number, header: Header) {
    this.file = file;
    this.#section = section;
    this.#base = base;
    this.#header = header;
    this.offset = base + header.start;
    this.end = base + header.end;
    this.type = header.type;
    this.version = header.version;
    this.offsetBytes = header.offsetBytes;
    this.addressBytes = header.addressBytes;
    this.id = header.id;
  }

  get isOfTypes(): boolean {
    return this.type === UNIT_TYPE.type || this.type === UNIT_TYPE.splitType;
  }

  get typeOffset(): number {
    return this.offset + (this.#header.typeOffset ?? 0);
  }

  /** Of what was left out of it: the unit that has its addresses. */
  get skeleton(): Unit | undefined {
    return this.#skeleton;
  }

  set skeleton(unit: Unit | undefined) {
    this.#skeleton = unit;
    this.#firstAddress = undefined;
  }

  /** What of it was left out is found when it is wanted. */
  set findSplit(find: (unit: Unit) => Unit | undefined) {
    this.#findSplit = find;
  }

  get split(): Unit | undefined {
    if (this.#split === undefined && this.#findSplit !== undefined) this.#split = this.#findSplit(this) ?? null;
    return this.#split ?? undefined;
  }

  /** Header and all. */
  get bytes(): Uint8Array {
    const { start, end } = this.#header;
    return this.file.bytesOf(this, () => this.#section.bytes(start, end - start));
  }

  get root(): Entry {
    return (this.#root ??= this.#rootEntry());
  }

  /** The code that is in it: see {@link rangeNumbers}. */
  ranges(): readonly number[] {
    return this.isOfTypes ? [] : this.root.rangeNumbers();
  }

  get firstAddress(): bigint {
    return (this.#firstAddress ??= (this.#skeleton ?? this).root.address(AT.lowPc) ?? 0n);
  }

  /** As a list or table of strings begins, where a unit does not say it: behind the header. */
  #behindHeader(bytesAfterLength: number): number {
    return this.file.role.splitOf === undefined || this.version < 5
      ? 0
      : (this.offsetBytes === 8 ? 12 : 4) + bytesAfterLength;
  }

  get listsAt(): number {
    return Number(this.root.number(AT.rangeListsBase) ?? this.#behindHeader(8));
  }

  /** The offset of a list of places, by its number. */
  locationListAt(index: number): number {
    const base = Number(this.root.number(AT.locationListsBase) ?? this.#behindHeader(8));
    const at = base + index * this.offsetBytes;
    return base + this.section(".debug_loclists").parse(at, (cursor) => cursor.offset(this.offsetBytes));
  }

  addressNumber(index: number): bigint {
    const { root, file } = this.#skeleton ?? this;
    const base = Number(root.number(AT.addressBase) ?? root.number(AT.gnuAddressBase) ?? 0n);
    const addresses = (file.role.splitOf ?? file).table.get(".debug_addr");
    return addresses.parse(base + index * this.addressBytes, (cursor) => cursor.unsigned(this.addressBytes));
  }

  stringNumber(index: number): string {
    const base = Number(this.root.number(AT.stringOffsetsBase) ?? this.#behindHeader(4));
    const at = base + index * this.offsetBytes;
    const offset = this.section(".debug_str_offsets").parse(at, (cursor) => cursor.offset(this.offsetBytes));
    return this.file.section(".debug_str").string(offset);
  }

  /** A section as far as it is the unit's: in a package many share one. */
  section(name: string): Section {
    const section = this.file.section(name);
    const part = this.contributions?.get(name);
    return part === undefined ? section : section.part(part.start, part.size);
  }

  /** Which parts of the sections of a package are the unit's. */
  get contributions(): Contributions | undefined {
    if (this.#contributions === undefined) {
      const id = this.id ?? splitId(this);
      const of = id === undefined ? undefined : this.file.role.contributionsOf;
      this.#contributions = (id !== undefined && of?.(this.isOfTypes ? "types" : "unit", id)) || null;
    }
    return this.#contributions ?? undefined;
  }

  /** The entry at an offset, which is one of this unit. */
  entryAt(offset: number): Entry | undefined {
    return this.#read(this.#cursor(offset - this.offset));
  }

  /** All entries in the order of the file, each with how deep it lies: the root at 0. */
  *entries(from?: number): Generator<{ readonly entry: Entry; readonly depth: number }> {
    const { split } = this;
    if (split !== undefined && (from === undefined || from < this.offset || from >= this.end))
      return yield* split.entries(from);
    const cursor = this.#cursor(from === undefined ? this.#header.firstEntry : from - this.offset);
    let depth = 0;
    do {
      const entry = this.#read(cursor);
      if (entry === undefined) depth--;
      else {
        yield { entry, depth };
        if (entry.hasChildren) depth++;
      }
    } while (depth > 0 && !cursor.isAtEnd);
  }

  *children(parent: Entry): Generator<Entry> {
    if (!parent.hasChildren) return;
    for (const { entry, depth } of this.entries(parent.offset)) if (depth === 1) yield entry;
  }

  /** The offset that a reference means; undefined: what it means is in a file that is not there. */
  target(value: RawValue): number | undefined {
    if (!("number" in value)) return undefined;
    const { number } = value;
    switch (value.class) {
      case "unit-reference":
        return this.offset + Number(number);
      case "reference":
        return this.#base + Number(number);
      case "supplement-reference": {
        const supplement = this.file.supplement();
        return supplement && supplement.base + Number(number);
      }
      case "signature":
        return this.file.typeOfSignature(number);
      default:
        return undefined;
    }
  }

  text(value: RawValue): string | undefined {
    if (value.class === "string") return value.text;
    if (!("number" in value)) return undefined;
    const offset = Number(value.number);
    if (value.class === "string-offset") return this.file.section(".debug_str").string(offset);
    if (value.class === "string-line") return this.file.table.get(".debug_line_str").string(offset);
    if (value.class === "string-supplement") return this.file.supplement()?.section(".debug_str").string(offset);
    return value.class === "string-index" ? this.stringNumber(offset) : undefined;
  }

  /** For what is read out of one of its values. */
  get origin(): Origin {
    return { section: this.#section, offset: this.#header.start };
  }

  /** At its first entry. */
  firstCursor(): Cursor {
    return this.#cursor(this.#header.firstEntry);
  }

  /** What its entries have, by their codes. */
  abbreviations(): Abbreviations {
    const read = (): Abbreviations =>
      this.section(".debug_abbrev").parse(this.#header.abbreviationsAt, readAbbreviations);
    return (this.#abbreviations ??= read());
  }

  /** What entries of a code have. */
  abbreviation(code: number, cursor: Cursor): Abbreviation {
    const found = this.abbreviations().get(code);
    if (found === undefined) throw cursor.broken(`there is no abbreviation ${code}`);
    return found;
  }

  /** Of the first entry: of most units the only one that is ever asked for. */
  #rootAbbreviation(code: number, cursor: Cursor): Abbreviation {
    const at = this.#header.abbreviationsAt;
    const found =
      this.#abbreviations?.get(code) ??
      this.section(".debug_abbrev").parse(at, (abbreviations) => findAbbreviation(abbreviations, code));
    if (found === undefined) throw cursor.broken(`there is no abbreviation ${code}`);
    return found;
  }

  /** Of a value in it. What is asked of most units stands in their first entry: for that no more of them is read. */
  cursorAt(offset: number): Cursor {
    const at = offset - this.offset;
    const head = this.#head;
    return head !== undefined && at < head.length ? new Cursor(head, at, this.origin) : this.#cursor(at);
  }

  #cursor(at: number): Cursor {
    return new Cursor(this.bytes, at, this.origin);
  }

  #rootEntry(): Entry {
    const { start, end, firstEntry } = this.#header;
    return this.#section.parse(
      start,
      (cursor) => {
        cursor.skip(firstEntry);
        const root = this.#read(cursor, (code) => this.#rootAbbreviation(code, cursor));
        if (root === undefined) throw cursor.broken("a unit is empty");
        this.#head = cursor.bytes.slice(0, cursor.at);
        return root;
      },
      { end },
    );
  }

  /** `undefined` where a list of children ends. Leaves the cursor behind the entry. */
  #read(cursor: Cursor, abbreviationOf = (code: number) => this.abbreviation(code, cursor)): Entry | undefined {
    const at = cursor.at;
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const abbreviation = abbreviationOf(code);
    const entry = new Entry(this, this.offset + at, this.offset + cursor.at, abbreviation);
    for (const { form } of abbreviation.attributes) skipForm(cursor, form, this);
    return entry;
  }
}

/** What a unit says of the file that its contents were left out into. */
export function splitName(unit: Unit): { readonly name: string; readonly id: bigint | undefined } | undefined {
  if (unit.type !== UNIT_TYPE.skeleton && unit.version >= 5) return undefined;
  const { root } = unit;
  const name = root.string(AT.dwoName) ?? root.string(AT.gnuDwoName);
  return name === undefined ? undefined : { name, id: unit.id ?? root.number(AT.gnuDwoId) };
}

const splitId = (unit: Unit): bigint | undefined =>
  unit.skeleton === undefined ? undefined : splitName(unit.skeleton)?.id;

/** One thing that debug information describes. */
export class Entry {
  readonly unit: Unit;
  readonly offset: number;
  readonly #attributesAt: number;
  readonly #abbreviation: Abbreviation;

  constructor(unit: Unit, offset: number, attributesAt: number, abbreviation: Abbreviation) {
    this.unit = unit;
    this.offset = offset;
    this.#attributesAt = attributesAt;
    this.#abbreviation = abbreviation;
  }

  get tag(): number {
    return this.#abbreviation.tag;
  }

  get hasChildren(): boolean {
    return this.#abbreviation.hasChildren;
  }

  has(name: number): boolean {
    return this.#abbreviation.attributes.some((attribute) => attribute.name === name);
  }

  children(): Iterable<Entry> {
    return this.unit.children(this);
  }

  /** Constants, flags and offsets. */
  number(name: number): bigint | undefined {
    const value = this.#value(name);
    return value !== undefined && "number" in value && NUMBERS.has(value.class) ? value.number : undefined;
  }

  string(name: number): string | undefined {
    const value = this.#value(name);
    return value && this.unit.text(value);
  }

  block(name: number): Uint8Array | undefined {
    const value = this.#value(name);
    return value?.class === "block" ? value.bytes : undefined;
  }

  /** An expression that says where something is, or the list that has one for each address. */
  place(name: number): Uint8Array | { readonly by: "index" | "offset"; readonly value: number } | undefined {
    const value = this.#value(name);
    if (value === undefined || value.class === "string") return undefined;
    if (value.class === "block") return value.bytes;
    // Until version 3 there was no form for offsets.
    const isOffset = value.class === "offset" || (value.class === "constant" && this.unit.version < 4);
    if (!isOffset && value.class !== "list-index") return undefined;
    return { by: isOffset ? "offset" : "index", value: Number(value.number) };
  }

  /** The offset of the entry that is meant; undefined when it is in a file that is not there. */
  reference(name: number): number | undefined {
    const value = this.#value(name);
    return value && this.unit.target(value);
  }

  address(name: number): bigint | undefined {
    const value = this.#value(name);
    if (value?.class === "address") return value.number;
    return value?.class === "address-index" ? this.unit.addressNumber(Number(value.number)) : undefined;
  }

  /** The code that it is; none of what is only declared or was left out. */
  ranges(): readonly AddressRange[] {
    const only = this.#onlyRange();
    if (only !== undefined) return [only];
    const list = this.#rangeList();
    return list === undefined ? [] : readRanges(this.unit, list.by, list.value);
  }

  rangeNumbers(): readonly number[] {
    const only = this.#onlyRange();
    if (only !== undefined) return [exactNumber(only.start), exactNumber(only.end)];
    const list = this.#rangeList();
    return list === undefined ? [] : rangeNumbers(this.unit, list.by, list.value);
  }

  #onlyRange(): AddressRange | undefined {
    const start = this.address(AT.lowPc);
    const high = this.#value(AT.highPc);
    if (start === undefined || high === undefined || !("number" in high)) return undefined;
    return { start, end: high.class === "constant" ? start + high.number : (this.address(AT.highPc) ?? start) };
  }

  #rangeList(): { readonly by: "index" | "offset"; readonly value: number } | undefined {
    const ranges = this.#value(AT.ranges);
    if (ranges === undefined || !("number" in ranges)) return undefined;
    return { by: ranges.class === "list-index" ? "index" : "offset", value: Number(ranges.number) };
  }

  #value(name: number): RawValue | undefined {
    const { attributes } = this.#abbreviation;
    if (!this.has(name)) return undefined;
    const cursor = this.unit.cursorAt(this.#attributesAt);
    for (const attribute of attributes) {
      if (attribute.name === name) return readForm(cursor, attribute.form, attribute.implicit, this.unit);
      skipForm(cursor, attribute.form, this.unit);
    }
    return undefined;
  }
}

const NUMBERS: ReadonlySet<RawValue["class"]> = new Set<RawValue["class"]>(["constant", "flag", "offset"]);

export const isFunction = ({ tag }: Entry): boolean => tag === TAG.subprogram || tag === TAG.inlinedSubroutine;
