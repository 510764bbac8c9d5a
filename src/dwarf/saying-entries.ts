/** Entries of some kinds that say something certain. Most are told by their bytes, without reading them. */
import type { Abbreviation } from "./abbreviations.js";
import {
  type Asked,
  type AskedKind,
  attributePlaces,
  possibleEntries,
  saysAt,
  type Wanted,
} from "./attribute-places.js";
import { scanEntries } from "./entry-scan.js";
import type { Entry, Unit } from "./unit.js";

export interface Question {
  readonly tags: ReadonlySet<number>;
  /** Of what has one of these tags; all of them, if it does not say. */
  readonly isOfKind?: ((kind: Abbreviation) => boolean) | undefined;
  readonly asked: Asked;
  readonly wanted: Wanted;
  /** Kinds of what they may lie in. */
  readonly isAround?: (kind: Abbreviation) => boolean;
}

export interface Saying {
  readonly entry: Entry;
  /** The last one before it of those that it may lie in. */
  readonly around: Entry | undefined;
}

/** What a unit has of entries with one of these tags. */
export function kindsIn(
  unit: Unit,
  tags: ReadonlySet<number>,
  isOfKind: (kind: Abbreviation) => boolean = () => true,
): readonly { readonly code: number; readonly kind: Abbreviation }[] {
  const abbreviations = unit.abbreviations();
  const found: { readonly code: number; readonly kind: Abbreviation }[] = [];
  for (const code of abbreviations.codesOf(tags)) {
    const kind = abbreviations.get(code);
    if (kind !== undefined && isOfKind(kind)) found.push({ code, kind });
  }
  return found;
}

/**
 * In the order of the unit, which is one of code or of what was left out of one. Among them may be others: whoever asks looks at
 * them anyway.
 */
export function* sayingEntries(unit: Unit, { tags, isOfKind, asked, wanted, isAround }: Question): Generator<Saying> {
  const places = new Map<Abbreviation, AskedKind["places"]>();
  const kinds: AskedKind[] = [];
  for (const { code, kind } of kindsIn(unit, tags, isOfKind)) {
    if (!kind.attributes.some(({ name }) => asked.names.has(name))) continue;
    const placesOfKind = attributePlaces(kind.attributes, unit, asked);
    places.set(kind, placesOfKind);
    kinds.push({ code, places: placesOfKind });
  }
  if (kinds.length === 0) return;
  const { buffer, byteOffset, byteLength } = unit.bytes;
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  const possible = possibleEntries(kinds, bytes, wanted);
  if (possible?.length === 0) return;
  const filter = { isWanted: (kind: Abbreviation) => places.has(kind), isAround, possible };
  let around: number | undefined;
  for (const { offset, abbreviation, cursor } of scanEntries(unit, filter)) {
    if (!places.has(abbreviation)) {
      around = offset;
      continue;
    }
    const known = possible === undefined ? places.get(abbreviation) : undefined;
    if (known !== undefined && !saysAt(known, bytes, cursor.at, wanted)) continue;
    const entry = unit.entryAt(offset);
    if (entry !== undefined) yield { entry, around: around === undefined ? undefined : unit.entryAt(around) };
  }
}
