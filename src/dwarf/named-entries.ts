/**
 * Entries of some tags that have a name, without an object for each of the others: a large unit has 100,000 of them, and
 * only a few are asked for. What the attributes of a kind of entry take is mostly known once for all.
 */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";
import { fixedFormBytes, skipForm } from "./forms.js";
import { stringPlaces } from "./naming-units.js";
import type { Entry, Unit } from "./unit.js";

/** What is known of a kind of entry in a unit: how long it is, if all of them are. */
interface Kind {
  readonly isWanted: boolean;
  /** Where in the entry its names are, if they are all in the table of strings and always in the same place. */
  readonly namesAt: readonly number[] | undefined;
  readonly bytes: number | undefined;
}

/** In the order of the unit; those of what was left out of it too. */
export function* namedEntries(unit: Unit, name: string, tags: ReadonlySet<number>): Generator<Entry> {
  const content = unit.split ?? unit;
  const kinds = new Map<Abbreviation, Kind>();
  const places = stringPlaces(content.file, name);
  const cursor = content.firstCursor();
  let depth = 0;
  do {
    const at = cursor.at;
    const code = cursor.uleb();
    if (code === 0) {
      depth--;
      continue;
    }
    const abbreviation = content.abbreviation(code, cursor);
    let kind = kinds.get(abbreviation);
    if (kind === undefined) kinds.set(abbreviation, (kind = kindOf(abbreviation, content, tags)));
    if (kind.isWanted && mayBe(kind, cursor, places)) {
      const entry = content.entryAt(content.offset + at);
      if (entry !== undefined && (entry.string(AT.name) === name || entry.string(AT.linkageName) === name)) yield entry;
    }
    if (kind.bytes !== undefined) cursor.skip(kind.bytes);
    else for (const { form } of abbreviation.attributes) skipForm(cursor, form, content);
    if (abbreviation.hasChildren) depth++;
  } while (depth > 0 && !cursor.isAtEnd);
}

/** Most are told by where their names are, without reading them. */
function mayBe({ namesAt }: Kind, { bytes, at }: Cursor, places: ReadonlySet<number>): boolean {
  if (namesAt === undefined) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return namesAt.some((offset) => at + offset + 4 <= bytes.length && places.has(view.getUint32(at + offset, true)));
}

function namesAt(attributes: Abbreviation["attributes"], unit: Unit): readonly number[] | undefined {
  const found: number[] = [];
  let at: number | undefined = 0;
  for (const { name, form } of attributes) {
    if (name === AT.name || name === AT.linkageName) {
      if (at === undefined || form !== FORM.strp || unit.offsetBytes !== 4) return undefined;
      found.push(at);
    }
    const bytes = fixedFormBytes(form, unit);
    at = at === undefined || bytes === undefined ? undefined : at + bytes;
  }
  return found;
}

function kindOf({ tag, attributes }: Abbreviation, unit: Unit, tags: ReadonlySet<number>): Kind {
  const sizes = attributes.map(({ form }) => fixedFormBytes(form, unit));
  const bytes = sizes.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
  const isNamed = attributes.some((attribute) => attribute.name === AT.name || attribute.name === AT.linkageName);
  return { isWanted: isNamed && tags.has(tag), namesAt: namesAt(attributes, unit), bytes };
}
