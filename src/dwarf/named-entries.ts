/** Entries of some tags that have a name. Most are told by where their names are, without reading them. */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";
import { scanEntries } from "./entry-scan.js";
import { fixedFormBytes } from "./forms.js";
import { stringPlaces } from "./naming-units.js";
import type { Entry, Unit } from "./unit.js";

/** In the order of the unit; those of what was left out of it too. @param isOfKind - all of them are */
export function* namedEntries(
  unit: Unit,
  name: string,
  tags: ReadonlySet<number>,
  isOfKind: (abbreviation: Abbreviation) => boolean = () => true,
): Generator<Entry> {
  const content = unit.split ?? unit;
  const places = stringPlaces(content.file, name);
  const names = new Map<Abbreviation, readonly number[] | undefined>();
  const kinds: Kind[] = [];
  for (const [code, abbreviation] of content.abbreviations()) {
    if (!tags.has(abbreviation.tag) || !abbreviation.attributes.some(isName)) continue;
    if (!isOfKind(abbreviation)) continue;
    const namesAtPlaces = namesAt(abbreviation.attributes, content);
    names.set(abbreviation, namesAtPlaces);
    kinds.push({ code: ulebOf(code), namesAt: namesAtPlaces });
  }
  if (!mayHaveOne(kinds, content, places)) return;
  for (const { offset, abbreviation, cursor } of scanEntries(content, (abbreviation) => names.has(abbreviation))) {
    if (!mayBe(names.get(abbreviation), cursor, places)) continue;
    const entry = content.entryAt(offset);
    if (entry !== undefined && (entry.string(AT.name) === name || entry.string(AT.linkageName) === name)) yield entry;
  }
}

interface Kind {
  /** As entries begin. */
  readonly code: Buffer;
  readonly namesAt: readonly number[] | undefined;
}

/** Looks at no entry: whether somewhere one could begin that has its name there. Most units name things that others have. */
function mayHaveOne(kinds: readonly Kind[], unit: Unit, places: ReadonlySet<number>): boolean {
  if (kinds.length === 0) return false;
  if (kinds.some(({ namesAt }) => namesAt === undefined)) return true;
  const { buffer, byteOffset, byteLength } = unit.bytes;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const isHere = (code: Buffer, at: number): boolean =>
    at >= 0 && bytes.compare(code, 0, code.length, at, at + code.length) === 0;
  for (const place of places) {
    const mark = Buffer.alloc(4);
    mark.writeUInt32LE(place);
    for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
      for (const { code, namesAt = [] } of kinds)
        if (namesAt.some((distance) => isHere(code, at - distance - code.length))) return true;
    }
  }
  return false;
}

function ulebOf(code: number): Buffer {
  const bytes: number[] = [];
  let rest = code;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
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
