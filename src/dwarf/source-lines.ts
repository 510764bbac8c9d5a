/** From `FILE:LINE:COLUMN` to instructions (probes-and-cli.md 8). */
import { posix } from "node:path";
import type { SourceLineLookup, SourcePlace } from "../../codegen/facts.js";
import type { DebugInfo } from "./debug-info.js";
import { ownerOf, type OwnedRow } from "./line-owners.js";
import type { LineTable, SourceFile } from "./line-table.js";
import type { Unit } from "./unit.js";

/** A unit in which a file occurs. */
interface Occurrence {
  readonly unit: Unit;
  readonly table: LineTable;
  readonly files: readonly SourceFile[];
}

/** One place in each function that has code of the line: the first that its table has. */
export function findSourceLine(info: DebugInfo, place: SourcePlace): SourceLineLookup {
  const occurrences = occurrencesOf(info, place.file);
  const paths = new Map(occurrences.flatMap(({ files }) => files.map(({ path, shown }) => [path, shown])));
  if (paths.size === 0) return { kind: "no-file", files: allFiles(info) };
  if (paths.size > 1) return { kind: "ambiguous", files: distinctNames(paths) };
  const addresses = new Set(occurrences.flatMap((occurrence) => addressesIn(info, occurrence, place)));
  if (addresses.size > 0) return { kind: "found", addresses: [...addresses] };
  const lines = new Set(occurrences.flatMap((occurrence) => linesOf(occurrence)));
  const columns = new Set(occurrences.flatMap((occurrence) => columnsOf(occurrence, place.line)));
  return { kind: "no-line", lines: ascending(lines), columns: ascending(columns) };
}

function addressesIn(info: DebugInfo, occurrence: Occurrence, { line, column }: SourcePlace): readonly bigint[] {
  const rows = rowsIn(occurrence, (row) => column === 0 || row.column === column, line);
  if (rows.length < 2) return rows.map(({ address }) => address);
  const files = new Set(occurrence.files.map(({ index }) => index));
  const addresses = rows.map(({ address }) => address);
  const owner = ownerOf(info, occurrence.unit, { files, line, addresses });
  const first = new Map<number, bigint>();
  for (const address of addresses) {
    const key = owner(address);
    if (!first.has(key)) first.set(key, address);
  }
  return [...first.values()];
}

function rowsIn(
  { table, files }: Occurrence,
  isWanted: (row: { line: number; column: number }) => boolean,
  line?: number,
): readonly OwnedRow[] {
  const indices = new Set(files.map(({ index }) => index));
  return table.rows((row) => indices.has(row.file) && isWanted(row), line);
}

const linesOf = (occurrence: Occurrence): readonly number[] =>
  rowsIn(occurrence, ({ line }) => line > 0).map(({ line }) => line);

const columnsOf = (occurrence: Occurrence, wanted: number): readonly number[] =>
  rowsIn(occurrence, ({ column }) => column > 0, wanted).map(({ column }) => column);

const ascending = (numbers: Iterable<number>): readonly number[] => [...numbers].sort((a, b) => a - b);

// ---------------------------------------------------------------- files

/** The last components of a path stand for it. */
function occurrencesOf(info: DebugInfo, wanted: string): readonly Occurrence[] {
  const end = posix.normalize(wanted);
  return info.units().flatMap((unit) => {
    const table = info.lineTableOf(unit);
    const files = table?.files.filter((file) => file.isAt(end)) ?? [];
    return table === undefined || files.length === 0 ? [] : [{ unit, table, files }];
  });
}

function allFiles(info: DebugInfo): readonly string[] {
  const tables = info.units().flatMap((unit) => info.lineTableOf(unit) ?? []);
  return [...new Set(tables.flatMap(({ files }) => files.map(({ path }) => path)))].sort();
}

/** As the compiler was told of them, if that tells them apart. */
function distinctNames(paths: ReadonlyMap<string, string>): readonly string[] {
  const shown = [...new Set(paths.values())];
  return (shown.length === paths.size ? shown : [...paths.keys()]).sort();
}
