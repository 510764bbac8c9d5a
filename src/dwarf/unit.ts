import { type Abbreviation, type Abbreviations, readAbbreviations } from "./abbreviations.js";
import { AT, TAG, UNIT_TYPE } from "./constants.js";
import { Cursor, unitLength } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import { type RawValue, readForm, skipForm, type Widths } from "./forms.js";
import { type AddressRange, type RangeBases, readRanges } from "./ranges.js";
import type { DebugSections } from "./sections.js";

/** Everything that the compiler has said of one source file, as a tree of entries. */
export class Unit implements RangeBases {
  /** In `.debug_info`, as are all offsets. */
  readonly offset: number;
  readonly end: number;
  readonly version: number;
  readonly offsetBytes: 4 | 8;
  readonly addressBytes: number;
  readonly sections: DebugSections;
  readonly info: Uint8Array;
  readonly #firstEntry: number;
  readonly #abbreviationsAt: number;
  #abbreviations: Abbreviations | undefined;
  #root: Entry | undefined;

  /** @returns `undefined` for units of types alone */
  static read(
    sections: DebugSections,
    info: Uint8Array,
    offset: number,
  ): { readonly end: number; readonly unit: Unit | undefined } {
    const cursor = new Cursor(info, offset);
    const { length, offsetBytes } = unitLength(cursor);
    const end = cursor.at + length;
    if (end > info.length) throw new DwarfError("a unit is cut off");
    const version = cursor.u16();
    if (version < 2 || version > 5) return { end, unit: undefined };
    const type = version < 5 ? UNIT_TYPE.compile : cursor.u8();
    const addressBytesFirst = version < 5 ? undefined : cursor.u8();
    const abbreviationsAt = cursor.offset(offsetBytes);
    const addressBytes = addressBytesFirst ?? cursor.u8();
    if (type === UNIT_TYPE.skeleton || type === UNIT_TYPE.splitCompile) cursor.skip(8);
    if (type === UNIT_TYPE.type || type === UNIT_TYPE.splitType) return { end, unit: undefined };
    const widths = { version, offsetBytes, addressBytes };
    return { end, unit: new Unit(sections, info, { offset, end }, widths, { firstEntry: cursor.at, abbreviationsAt }) };
  }

  private constructor(
    sections: DebugSections,
    info: Uint8Array,
    { offset, end }: { readonly offset: number; readonly end: number },
    { version, offsetBytes, addressBytes }: Widths,
    { firstEntry, abbreviationsAt }: { readonly firstEntry: number; readonly abbreviationsAt: number },
  ) {
    this.sections = sections;
    this.info = info;
    this.offset = offset;
    this.end = end;
    this.version = version;
    this.offsetBytes = offsetBytes;
    this.addressBytes = addressBytes;
    this.#firstEntry = firstEntry;
    this.#abbreviationsAt = abbreviationsAt;
  }

  get root(): Entry {
    return (this.#root ??= this.#rootEntry());
  }

  get firstAddress(): bigint {
    return this.root.address(AT.lowPc) ?? 0n;
  }

  get listsAt(): number {
    return Number(this.root.number(AT.rangeListsBase) ?? 0n);
  }

  /** The offset of a list of places, by its number. */
  locationListAt(index: number): number {
    const lists = this.sections.bytes(".debug_loclists");
    const base = Number(this.root.number(AT.locationListsBase) ?? 0n);
    return base + new Cursor(lists, base + index * this.offsetBytes).offset(this.offsetBytes);
  }

  addressNumber(index: number): bigint {
    const base = Number(this.root.number(AT.addressBase) ?? this.root.number(AT.gnuAddressBase) ?? 0n);
    return new Cursor(this.sections.bytes(".debug_addr"), base + index * this.addressBytes).unsigned(this.addressBytes);
  }

  stringNumber(index: number): string {
    const base = Number(this.root.number(AT.stringOffsetsBase) ?? 0n);
    const offsets = new Cursor(this.sections.bytes(".debug_str_offsets"), base + index * this.offsetBytes);
    return stringAt(this.sections.bytes(".debug_str"), offsets.offset(this.offsetBytes));
  }

  /** The entry at an offset. */
  entryAt(offset: number): Entry | undefined {
    return this.#read(new Cursor(this.info, offset));
  }

  /** All entries in the order of the file, each with how deep it lies: the root at 0. */
  *entries(from = this.#firstEntry): Generator<{ readonly entry: Entry; readonly depth: number }> {
    const cursor = new Cursor(this.info, from);
    let depth = 0;
    do {
      const entry = this.#read(cursor);
      if (entry === undefined) depth--;
      else {
        yield { entry, depth };
        if (entry.hasChildren) depth++;
      }
    } while (depth > 0 && cursor.at < this.end);
  }

  *children(parent: Entry): Generator<Entry> {
    if (!parent.hasChildren) return;
    for (const { entry, depth } of this.entries(parent.offset)) if (depth === 1) yield entry;
  }

  #rootEntry(): Entry {
    const root = this.entryAt(this.#firstEntry);
    if (root === undefined) throw new DwarfError("a unit is empty");
    return root;
  }

  /** `undefined` where a list of children ends. Leaves the cursor behind the entry. */
  #read(cursor: Cursor): Entry | undefined {
    const offset = cursor.at;
    const code = cursor.uleb();
    if (code === 0) return undefined;
    this.#abbreviations ??= readAbbreviations(new Cursor(this.sections.bytes(".debug_abbrev"), this.#abbreviationsAt));
    const abbreviation = this.#abbreviations.get(code);
    if (abbreviation === undefined) throw new DwarfError(`there is no abbreviation ${code}`);
    const entry = new Entry(this, offset, cursor.at, abbreviation);
    for (const { form } of abbreviation.attributes) skipForm(cursor, form, this);
    return entry;
  }
}

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
    return value === undefined ? undefined : this.#text(value);
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

  /** The offset of the entry that is meant; undefined when it is in another file. */
  reference(name: number): number | undefined {
    const value = this.#value(name);
    if (value?.class === "unit-reference") return Number(value.number) + this.unit.offset;
    return value?.class === "reference" ? Number(value.number) : undefined;
  }

  address(name: number): bigint | undefined {
    const value = this.#value(name);
    if (value?.class === "address") return value.number;
    return value?.class === "address-index" ? this.unit.addressNumber(Number(value.number)) : undefined;
  }

  /** The code that it is; none of what is only declared or was left out. */
  ranges(): readonly AddressRange[] {
    const low = this.address(AT.lowPc);
    const high = this.#value(AT.highPc);
    if (low !== undefined && high !== undefined && "number" in high) {
      return [{ start: low, end: high.class === "constant" ? low + high.number : (this.address(AT.highPc) ?? low) }];
    }
    const ranges = this.#value(AT.ranges);
    if (ranges === undefined || !("number" in ranges)) return [];
    return readRanges(this.unit, ranges.class === "list-index" ? "index" : "offset", Number(ranges.number));
  }

  #value(name: number): RawValue | undefined {
    const { attributes } = this.#abbreviation;
    if (!this.has(name)) return undefined;
    const cursor = new Cursor(this.unit.info, this.#attributesAt);
    for (const attribute of attributes) {
      if (attribute.name === name) return readForm(cursor, attribute.form, attribute.implicit, this.unit);
      skipForm(cursor, attribute.form, this.unit);
    }
    return undefined;
  }

  #text(value: RawValue): string | undefined {
    const { sections } = this.unit;
    if (value.class === "string") return value.text;
    if (value.class === "string-offset") return stringAt(sections.bytes(".debug_str"), Number(value.number));
    if (value.class === "string-line") return stringAt(sections.bytes(".debug_line_str"), Number(value.number));
    return value.class === "string-index" ? this.unit.stringNumber(Number(value.number)) : undefined;
  }
}

const NUMBERS: ReadonlySet<RawValue["class"]> = new Set<RawValue["class"]>(["constant", "flag", "offset"]);

export const stringAt = (strings: Uint8Array, offset: number): string => new Cursor(strings, offset).string();

export const isFunction = ({ tag }: Entry): boolean => tag === TAG.subprogram || tag === TAG.inlinedSubroutine;
