/** Units that an index of the file says to have something of a name. It may not know all of them: it is only a help. */
import type { DebugFile } from "./debug-file.js";
import { debugNamed } from "./debug-names.js";
import { DwarfError } from "./dwarf-error.js";
import { gdbIndexed } from "./gdb-index.js";
import type { Unit } from "./unit.js";

/** In the order of the file; none where there is no index. */
export function indexedUnits(file: DebugFile, name: string): readonly Unit[] {
  if (name === "") return [];
  const found = [
    lookup(() => debugNamed(file.table.get(".debug_names"), file.table.get(".debug_str"), name)),
    lookup(() => gdbIndexed(file.table.get(".gdb_index"), name)),
  ];
  const [code, types] = file.unitSections();
  // Since version 5 units of types lie among the others.
  const typesBase = types === undefined || types.section.size === 0 ? code?.base : types.base;
  const units = found.flatMap((indexed) => [
    ...(indexed?.units ?? []).map((at) => file.unitAround((code?.base ?? 0) + at)),
    ...(indexed?.typeUnits ?? []).map((at) => file.unitAround((typesBase ?? 0) + at)),
  ]);
  return [...new Set(units.filter((unit) => unit !== undefined))].sort((a, b) => a.offset - b.offset);
}

/** What is wrong with an index is nobody's trouble. */
function lookup<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DwarfError) return undefined;
    throw error;
  }
}
