/** The functions of a unit that have code. */
import type { Abbreviation } from "./abbreviations.js";
import { type CodePlace, codePlaceOf, coverAny, coveredOf, isCodeOfAny } from "./code-ranges.js";
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

/** Of those that were asked for no more is said than how deep they lie, if they have no code at one of the addresses. */
export interface FunctionAt {
  readonly depth: number;
  readonly entry: Entry | undefined;
}

/**
 * The same, and copies that are inside of others, which have code at one of the addresses, which ascend.
 *
 * What lies in functions with other code, and in types, is not looked at, unless an address is left for which there is no
 * function else: languages have functions in functions, whose code lies elsewhere.
 */
export function functionsAndCopiesAt(unit: Unit, ascending: Float64Array): Iterable<FunctionAt> {
  const outer: FunctionAt[] = [];
  const covered = new Set<number>();
  for (const found of functionsAt(unit, ascending, "outer")) {
    outer.push(found);
    for (const address of found.entry === undefined ? [] : coveredOf(found.entry.rangeNumbers(), ascending))
      covered.add(address);
  }
  return ascending.every((address) => covered.has(address)) ? outer : functionsAt(unit, ascending, "all");
}

function* functionsAt(unit: Unit, ascending: Float64Array, which: "all" | "outer"): Generator<FunctionAt> {
  const content = unit.split ?? unit;
  const places = new Map<Abbreviation, CodePlace | undefined>();
  const isWanted = (kind: Abbreviation): boolean => {
    if (!hasCode(kind, FUNCTIONS_AND_COPIES)) return false;
    places.set(kind, codePlaceOf(kind, content));
    return true;
  };
  const isClosed = (kind: Abbreviation): boolean =>
    which === "outer" && (TYPES.has(kind.tag) || (FUNCTIONS.has(kind.tag) && !hasCode(kind, FUNCTIONS)));
  const { buffer, byteOffset, byteLength } = content.bytes;
  const view = new DataView(buffer, byteOffset, byteLength);
  for (const scanned of scanEntries(content, { isWanted, isClosed })) {
    const { offset, depth, abbreviation, cursor } = scanned;
    const place = places.get(abbreviation);
    const isElsewhere = place !== undefined && !isCodeOfAny(place, content, view, cursor.at, ascending);
    // Where it does not say its end, what is inside of it comes next.
    if (isElsewhere) scanned.isPassedOver = which === "outer";
    const entry = isElsewhere ? undefined : content.entryAt(offset);
    const isThere = entry !== undefined && (place !== undefined || coverAny(entry.rangeNumbers(), ascending));
    yield { depth, entry: isThere ? entry : undefined };
  }
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);
const TYPES: ReadonlySet<number> = new Set([
  TAG.classType,
  TAG.enumerationType,
  TAG.structureType,
  TAG.subroutineType,
  TAG.unionType,
]);
const FUNCTIONS_AND_COPIES: ReadonlySet<number> = new Set([TAG.subprogram, TAG.inlinedSubroutine]);

const hasCode = ({ tag, attributes }: Abbreviation, tags: ReadonlySet<number>): boolean =>
  tags.has(tag) && attributes.some(({ name }) => CODE.has(name));

const CODE: ReadonlySet<number> = new Set([AT.lowPc, AT.ranges]);
