/** The functions of a unit that have code. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, TAG } from "./constants.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. */
export function* functionsWithCode(unit: Unit): Generator<Entry> {
  for (const { entry } of withCode(unit, FUNCTIONS)) yield entry;
}

/** The same, and copies that are inside of others, each with how deep it lies. */
export const functionsAndCopies = (unit: Unit): Generator<Found> => withCode(unit, FUNCTIONS_AND_COPIES);

/** Functions that are declared elsewhere, as methods are, and have a description of their own here. */
export function* declaredElsewhere(unit: Unit, isOfKind: (kind: Abbreviation) => boolean): Generator<Entry> {
  const isWanted = (kind: Abbreviation): boolean =>
    kind.tag === TAG.subprogram && kind.attributes.some(({ name }) => name === AT.specification) && isOfKind(kind);
  for (const { entry } of wanted(unit, isWanted)) yield entry;
}

interface Found {
  readonly entry: Entry;
  readonly depth: number;
}

const FUNCTIONS: ReadonlySet<number> = new Set([TAG.subprogram]);
const FUNCTIONS_AND_COPIES: ReadonlySet<number> = new Set([TAG.subprogram, TAG.inlinedSubroutine]);

const withCode = (unit: Unit, tags: ReadonlySet<number>): Generator<Found> =>
  wanted(unit, ({ tag, attributes }) => tags.has(tag) && attributes.some(({ name }) => CODE.has(name)));

const CODE: ReadonlySet<number> = new Set([AT.lowPc, AT.ranges]);

function* wanted(unit: Unit, isWanted: (abbreviation: Abbreviation) => boolean): Generator<Found> {
  const content = unit.split ?? unit;
  for (const { offset, depth } of scanEntries(content, isWanted)) {
    const entry = content.entryAt(offset);
    if (entry !== undefined) yield { entry, depth };
  }
}
