/**
 * Entries of some kinds, without an object for each of the others: a large unit has 100,000 of them, and only a few are
 * asked for. What the attributes of a kind of entry take is mostly known once for all.
 */
import type { Abbreviation } from "./abbreviations.js";
import type { Cursor } from "./cursor.js";
import { fixedFormBytes, skipForm } from "./forms.js";
import type { Unit } from "./unit.js";

interface Kind {
  readonly isWanted: boolean;
  /** How long such entries are behind their code, if all of them are. */
  readonly bytes: number | undefined;
}

/** Where a wanted entry is, and what it has. The cursor is at its first attribute, and not to be moved. */
export interface Scanned {
  readonly offset: number;
  /** The first entry of a unit is at 0. */
  readonly depth: number;
  readonly abbreviation: Abbreviation;
  readonly cursor: Cursor;
}

/** In the order of the unit, which is one of code or of what was left out of one. */
export function* scanEntries(unit: Unit, isWanted: (abbreviation: Abbreviation) => boolean): Generator<Scanned> {
  const kinds = new Map<number, Kind & { readonly abbreviation: Abbreviation }>();
  const cursor = unit.firstCursor();
  let depth = 0;
  do {
    const at = cursor.at;
    const code = cursor.uleb();
    if (code === 0) {
      depth--;
      continue;
    }
    let kind = kinds.get(code);
    if (kind === undefined) {
      const abbreviation = unit.abbreviation(code, cursor);
      kind = { abbreviation, isWanted: isWanted(abbreviation), bytes: bytesOf(abbreviation, unit) };
      kinds.set(code, kind);
    }
    const { abbreviation } = kind;
    if (kind.isWanted) yield { offset: unit.offset + at, depth, abbreviation, cursor };
    if (kind.bytes !== undefined) cursor.skip(kind.bytes);
    else for (const { form } of abbreviation.attributes) skipForm(cursor, form, unit);
    if (abbreviation.hasChildren) depth++;
  } while (depth > 0 && !cursor.isAtEnd);
}

function bytesOf({ attributes }: Abbreviation, unit: Unit): number | undefined {
  let sum = 0;
  for (const { form } of attributes) {
    const bytes = fixedFormBytes(form, unit);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}
