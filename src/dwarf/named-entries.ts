/** Entries of some tags that have a name. Most are told by where their names are, without reading them. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";
import { scanEntries } from "./entry-scan.js";
import { fixedFormBytes } from "./forms.js";
import { stringPlaces } from "./naming-units.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. */
export function* namedEntries(unit: Unit, name: string, tags: ReadonlySet<number>): Generator<Entry> {
  const content = unit.split ?? unit;
  const places = stringPlaces(content.file, name);
  const names = new Map<Abbreviation, readonly number[] | undefined>();
  const isWanted = (abbreviation: Abbreviation): boolean => {
    if (!tags.has(abbreviation.tag) || !abbreviation.attributes.some(isName)) return false;
    names.set(abbreviation, namesAt(abbreviation.attributes, content));
    return true;
  };
  for (const { offset, abbreviation, cursor } of scanEntries(content, isWanted)) {
    if (!mayBe(names.get(abbreviation), cursor, places)) continue;
    const entry = content.entryAt(offset);
    if (entry !== undefined && (entry.string(AT.name) === name || entry.string(AT.linkageName) === name)) yield entry;
  }
}

const isName = ({ name }: { readonly name: number }): boolean => name === AT.name || name === AT.linkageName;

function mayBe(namesAt: readonly number[] | undefined, { bytes, at }: Cursor, places: ReadonlySet<number>): boolean {
  if (namesAt === undefined) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return namesAt.some((offset) => at + offset + 4 <= bytes.length && places.has(view.getUint32(at + offset, true)));
}

/** Where in an entry its names are, if they are all in the table of strings and always in the same place. */
function namesAt(attributes: Abbreviation["attributes"], unit: Unit): readonly number[] | undefined {
  const found: number[] = [];
  let at: number | undefined = 0;
  for (const attribute of attributes) {
    const { form } = attribute;
    if (isName(attribute)) {
      if (at === undefined || form !== FORM.strp || unit.offsetBytes !== 4) return undefined;
      found.push(at);
    }
    const bytes = fixedFormBytes(form, unit);
    at = at === undefined || bytes === undefined ? undefined : at + bytes;
  }
  return found;
}
