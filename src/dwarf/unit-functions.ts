/** The functions of a unit that have code. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, TAG } from "./constants.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. */
export function* functionsWithCode(unit: Unit): Generator<Entry> {
  const content = unit.split ?? unit;
  for (const { offset } of scanEntries(content, isFunctionWithCode)) {
    const entry = content.entryAt(offset);
    if (entry !== undefined) yield entry;
  }
}

const isFunctionWithCode = ({ tag, attributes }: Abbreviation): boolean =>
  tag === TAG.subprogram && attributes.some(({ name }) => name === AT.lowPc || name === AT.ranges);
