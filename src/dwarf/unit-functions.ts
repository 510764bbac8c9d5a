/** The functions of a unit that have code. */
import type { Abbreviation } from "./abbreviations.js";
import { type CodePlace, codePlaceOf, coverAny, isCodeOfAny } from "./code-ranges.js";
import { AT, TAG } from "./constants.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. */
export function* functionsWithCode(unit: Unit): Generator<Entry> {
  for (const { entry } of withCode(unit, FUNCTIONS)) yield entry;
}

/** The same, and copies that are inside of others, each with how deep it lies. */
export const functionsAndCopies = (unit: Unit): Generator<Found> => withCode(unit, FUNCTIONS_AND_COPIES);

/**
 * The same of which some have code at one of the addresses, which ascend: only those have an entry. Of the others no more is said
 * than how deep they lie, since most are others.
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

interface Found {
  readonly entry: Entry;
  readonly depth: number;
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);
const FUNCTIONS_AND_COPIES: ReadonlySet<number> = new Set([TAG.subprogram, TAG.inlinedSubroutine]);

const withCode = (unit: Unit, tags: ReadonlySet<number>): Generator<Found> =>
  wanted(unit, (kind) => hasCode(kind, tags));

const hasCode = ({ tag, attributes }: Abbreviation, tags: ReadonlySet<number>): boolean =>
  tags.has(tag) && attributes.some(({ name }) => CODE.has(name));

const CODE: ReadonlySet<number> = new Set([AT.lowPc, AT.ranges]);

function* wanted(unit: Unit, isWanted: (abbreviation: Abbreviation) => boolean): Generator<Found> {
  const content = unit.split ?? unit;
  for (const { offset, depth } of scanEntries(content, { isWanted })) {
    const entry = content.entryAt(offset);
    if (entry !== undefined) yield { entry, depth };
  }
}
