/** `.debug_cu_index` and `.debug_tu_index`: which parts of the sections of a package belong to a unit. */
import type { Contributions } from "./debug-file.js";
import type { Cursor } from "./cursor.js";
import type { Section } from "./sections.js";

/** DW_SECT_*, by version of the index. */
const SECTIONS: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  2: {
    1: ".debug_info",
    2: ".debug_types",
    3: ".debug_abbrev",
    4: ".debug_line",
    5: ".debug_loc",
    6: ".debug_str_offsets",
  },
  5: {
    1: ".debug_info",
    3: ".debug_abbrev",
    4: ".debug_line",
    5: ".debug_loclists",
    6: ".debug_str_offsets",
    8: ".debug_rnglists",
  },
};

/** More columns than there are sections. */
const MAX_COLUMNS = 32;

export function readPackageIndex(section: Section): ReadonlyMap<bigint, Contributions> {
  return section.size === 0 ? new Map() : section.parse(0, read);
}

function read(cursor: Cursor): ReadonlyMap<bigint, Contributions> {
  const version = cursor.u32() & 0xffff;
  const columns = cursor.u32();
  const units = cursor.u32();
  const slots = cursor.u32();
  const names = SECTIONS[version];
  if (names === undefined) throw cursor.broken(`there is an index of version ${version}`);
  if (columns > MAX_COLUMNS || slots * 12 > cursor.bytes.length || units > slots) {
    // It may be longer than what has been read of it so far.
    cursor.skip(slots * 12);
    throw cursor.broken("an index says that it is larger than it can be");
  }
  const ids = Array.from({ length: slots }, () => cursor.u64());
  const rows = Array.from({ length: slots }, () => cursor.u32());
  const kinds = Array.from({ length: columns }, () => cursor.u32());
  const table = (): readonly (readonly number[])[] =>
    Array.from({ length: units }, () => Array.from({ length: columns }, () => cursor.u32()));
  const starts = table();
  const sizes = table();
  const found = new Map<bigint, Contributions>();
  ids.forEach((id, slot) => {
    const row = (rows[slot] ?? 0) - 1;
    if (row < 0) return;
    const parts = kinds.flatMap((kind, column) => {
      const [name, start, size] = [names[kind], starts[row]?.[column], sizes[row]?.[column]];
      return name === undefined || start === undefined || size === undefined ? [] : [[name, { start, size }] as const];
    });
    found.set(id, new Map(parts));
  });
  return found;
}
