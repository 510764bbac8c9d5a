/** `.debug_names`: which units have a name. @see DWARF 5, section 6.1.1 */
import { Cursor, unitLength } from "./cursor.js";
import { readForm, type Widths } from "./forms.js";
import type { IndexedUnits } from "./gdb-index.js";
import type { Section } from "./sections.js";

/** DW_IDX_* */
const IDX = { compileUnit: 1, typeUnit: 2 } as const;

/** Beyond it, a list of entries has no end. */
const MAX_ENTRIES = 1 << 20;

/** One index of those in the section: linkers put them one behind the other. */
interface Header {
  readonly widths: Widths;
  readonly counts: Readonly<Record<"units" | "typeUnits" | "foreignUnits" | "buckets" | "names", number>>;
  /** Each where it begins in the section. */
  readonly at: Readonly<
    Record<"units" | "typeUnits" | "buckets" | "hashes" | "strings" | "entries" | "kinds" | "pool", number>
  >;
  readonly end: number;
}

/** @returns undefined when there is no index, or one without a hash table */
export function debugNamed(section: Section, strings: Section, name: string): IndexedUnits | undefined {
  const hash = hashOf(name);
  if (section.size === 0 || hash === undefined) return undefined;
  const found = { units: new Set<number>(), typeUnits: new Set<number>() };
  for (let at = 0; at < section.size;) {
    const header = readHeader(section, at);
    if (header.widths.version === 5) {
      if (header.counts.buckets === 0) return undefined;
      for (const entries of listsOf(section, strings, header, { name, hash }))
        addUnits(section, header, entries, found);
    }
    at = header.end;
  }
  return { units: [...found.units], typeUnits: [...found.typeUnits] };
}

/** Upper and lower case have the same; of letters beyond ASCII nobody agrees on that. */
function hashOf(name: string): number | undefined {
  let hash = 5381;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code > 0x7e) return undefined;
    hash = (Math.imul(hash, 33) + (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)) >>> 0;
  }
  return hash;
}

function readHeader(section: Section, start: number): Header {
  const cursor = new Cursor(section.bytes(start, Math.min(64, section.size - start)), 0, { section, offset: start });
  const { length, offsetBytes } = unitLength(cursor);
  const end = start + cursor.at + length;
  if (!(end <= section.size)) throw cursor.broken("an index is cut off");
  const version = cursor.u16();
  cursor.skip(2);
  const [units, typeUnits, foreignUnits, buckets, names] = Array.from({ length: 5 }, () => cursor.u32()) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const kindBytes = cursor.u32();
  const augmentationBytes = cursor.u32();
  const unitsAt = start + cursor.at + Math.ceil(augmentationBytes / 4) * 4;
  const typeUnitsAt = unitsAt + units * offsetBytes;
  const bucketsAt = typeUnitsAt + typeUnits * offsetBytes + foreignUnits * 8;
  const hashes = bucketsAt + buckets * 4;
  const strings = hashes + (buckets === 0 ? 0 : names * 4);
  const entries = strings + names * offsetBytes;
  const kinds = entries + names * offsetBytes;
  const pool = kinds + kindBytes;
  if (version === 5 && pool > end) throw cursor.broken("an index says that it is larger than it is");
  return {
    widths: { version, offsetBytes, addressBytes: 8 },
    counts: { units, typeUnits, foreignUnits, buckets, names },
    at: { units: unitsAt, typeUnits: typeUnitsAt, buckets: bucketsAt, hashes, strings, entries, kinds, pool },
    end,
  };
}

/** Where in the pool the entries of the name begin. */
function* listsOf(
  section: Section,
  strings: Section,
  { widths: { offsetBytes }, counts, at }: Header,
  wanted: { readonly name: string; readonly hash: number },
): Generator<number> {
  const u32 = (offset: number): number => section.parse(offset, (cursor) => cursor.u32());
  const offset = (place: number): number => section.parse(place, (cursor) => cursor.offset(offsetBytes));
  const bucket = wanted.hash % counts.buckets;
  // They count from 1.
  let index = u32(at.buckets + bucket * 4);
  for (; index > 0 && index <= counts.names; index++) {
    const hash = u32(at.hashes + (index - 1) * 4);
    if (hash % counts.buckets !== bucket) return;
    if (hash !== wanted.hash || strings.string(offset(at.strings + (index - 1) * offsetBytes)) !== wanted.name)
      continue;
    yield at.pool + offset(at.entries + (index - 1) * offsetBytes);
  }
}

interface Kind {
  readonly attributes: readonly { readonly index: number; readonly form: number }[];
}

function addUnits(
  section: Section,
  { widths, counts, at, end }: Header,
  entriesAt: number,
  found: { units: Set<number>; typeUnits: Set<number> },
): void {
  const kinds = section.parse(at.kinds, readKinds, { end: at.pool });
  const add = (to: Set<number>, list: number, count: number, number: number): void => {
    if (number < count)
      to.add(section.parse(list + number * widths.offsetBytes, (cursor) => cursor.offset(widths.offsetBytes)));
  };
  section.parse(
    entriesAt,
    (cursor) => {
      let entries = 0;
      for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
        const kind = kinds.get(code);
        if (kind === undefined || entries++ > MAX_ENTRIES) throw cursor.broken(`there is no abbreviation ${code}`);
        let [unit, typeUnit]: [number | undefined, number | undefined] = [undefined, undefined];
        for (const { index, form } of kind.attributes) {
          const value = readForm(cursor, form, 0n, widths);
          const number = "number" in value ? Number(value.number) : undefined;
          if (index === IDX.compileUnit) unit = number;
          else if (index === IDX.typeUnit) typeUnit = number;
        }
        if (typeUnit !== undefined) add(found.typeUnits, at.typeUnits, counts.typeUnits, typeUnit);
        // Of an index of one unit it need not be said.
        else add(found.units, at.units, counts.units, unit ?? 0);
      }
    },
    { end },
  );
}

function readKinds(cursor: Cursor): ReadonlyMap<number, Kind> {
  const found = new Map<number, Kind>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    cursor.uleb();
    const attributes: { readonly index: number; readonly form: number }[] = [];
    for (;;) {
      const index = cursor.uleb();
      const form = cursor.uleb();
      if (index === 0 && form === 0) break;
      attributes.push({ index, form });
    }
    found.set(code, { attributes });
  }
  return found;
}
