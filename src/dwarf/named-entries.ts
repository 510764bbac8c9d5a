/** Entries of some tags that have a name. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import { stringPlaces } from "./naming-units.js";
import { sayingEntries } from "./saying-entries.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. @param isOfKind - all of them are */
export function* namedEntries(
  unit: Unit,
  name: string,
  tags: ReadonlySet<number>,
  isOfKind?: (kind: Abbreviation) => boolean,
): Generator<Entry> {
  const content = unit.split ?? unit;
  const named = sayingEntries(content, {
    tags,
    isOfKind,
    asked: { names: NAMES, form: FORM.strp },
    wanted: { numbers: stringPlaces(content.file, name), text: Buffer.from(`${name}\0`, "latin1") },
  });
  for (const { entry } of named)
    if (entry.string(AT.name) === name || entry.string(AT.linkageName) === name) yield entry;
}

const NAMES: ReadonlySet<number> = new Set([AT.name, AT.linkageName]);
