/** The functions of a unit that have code. */
import type { Abbreviation } from "./abbreviations.js";
import { type CodePlace, codePlaceOf, coverAny, isCodeOfAny } from "./code-ranges.js";
import { AT, TAG } from "./constants.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. */
export function* functionsWithCode(unit: Unit): Generator<Entry> {
  const content = unit.split ?? unit;
  for (const { offset } of scanEntries(content, { isWanted: (kind) => hasCode(kind, FUNCTIONS) })) {
    const entry = content.entryAt(offset);
    if (entry !== undefined) yield entry;
  }
}

/**
 * The same, and copies that are inside of others. Those that have code at one of the addresses, which ascend, come with their
 * entry; of the others, which are most, no more is said than how deep they lie.
 */
export function* functionsAndCopiesAt(
  unit: Unit,
  ascending: Float64Array,
): Generator<{ readonly depth: number; readonly entry: Entry | undefined }> {
  const content = unit.split ?? unit;
  const places = new Map<Abbreviation, CodePlace | undefined>();
  const isWanted = (kind: Abbreviation): boolean => {
    if (!hasCode(kind, FUNCTIONS_AND_COPIES)) return false;
    places.set(kind, codePlaceOf(kind, content));
    return true;
  };
  const { buffer, byteOffset, byteLength } = content.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  for (const { offset, depth, abbreviation, cursor } of scanEntries(content, { isWanted })) {
    const place = places.get(abbreviation);
    const isElsewhere = place !== undefined && !isCodeOfAny(place, content, view, cursor.at, ascending);
    const entry = isElsewhere ? undefined : content.entryAt(offset);
    const isThere = entry !== undefined && (place !== undefined || coverAny(entry.rangeNumbers(), ascending));
    yield { depth, entry: isThere ? entry : undefined };
  }
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);
const FUNCTIONS_AND_COPIES: ReadonlySet<number> = new Set([TAG.subprogram, TAG.inlinedSubroutine]);

const hasCode = ({ tag, attributes }: Abbreviation, tags: ReadonlySet<number>): boolean =>
  tags.has(tag) && attributes.some(({ name }) => CODE.has(name));

const CODE: ReadonlySet<number> = new Set([AT.lowPc, AT.ranges]);
