/**
 * Entries of some kinds, without an object for each of the others: a large unit has 100,000 of them, and only a few are
 * asked for. What the attributes of a kind of entry take is mostly known once for all.
 */
import type { Abbreviation } from "./abbreviations.js";
import { AT, FORM } from "./constants.js";
import type { Cursor } from "./cursor.js";
import { fixedFormBytes, skipForm } from "./forms.js";
import type { Unit } from "./unit.js";

interface Kind {
  readonly isWanted: boolean;
  readonly isAround: boolean;
  readonly isClosed: boolean;
  /** How long such entries are behind their code, if all of them are. */
  readonly bytes: number | undefined;
  /** Where behind their code it says where the next entry behind its children is. */
  readonly siblingAt: number | undefined;
}

/** Where a wanted entry is, and what it has. The cursor is at its first attribute, and not to be moved. */
export interface Scanned {
  readonly offset: number;
  /** The first entry of a unit is at 0. */
  readonly depth: number;
  readonly abbreviation: Abbreviation;
  readonly cursor: Cursor;
  /** Set by who is given it: nothing in it is wanted. */
  isPassedOver: boolean;
}

export interface ScanFilter {
  readonly isWanted: (abbreviation: Abbreviation) => boolean;
  /** Ascending places in the unit: no other entry is wanted, and children among which there is none are passed over. */
  readonly possible?: readonly number[] | undefined;
  /** Such entries are wanted wherever they are, but among children that are passed over. */
  readonly isAround?: ((abbreviation: Abbreviation) => boolean) | undefined;
  /** Nothing in such entries is wanted. What says where it ends is passed over. */
  readonly isClosed?: ((abbreviation: Abbreviation) => boolean) | undefined;
}

/** In the order of the unit, which is one of code or of what was left out of one. */
export function* scanEntries(
  unit: Unit,
  { isWanted, possible, isAround = () => false, isClosed = () => false }: ScanFilter,
): Generator<Scanned> {
  if (possible === undefined) unit.file.work(unit.end - unit.offset);
  let next = 0;
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
      const bytes = bytesOf(abbreviation.attributes, unit);
      const siblingAt = abbreviation.hasChildren ? siblingPlace(abbreviation.attributes, unit) : undefined;
      kind = {
        abbreviation,
        isWanted: isWanted(abbreviation),
        isAround: isAround(abbreviation),
        isClosed: isClosed(abbreviation),
        bytes,
        siblingAt,
      };
      kinds.set(code, kind);
    }
    const { abbreviation } = kind;
    while ((possible?.[next] ?? Infinity) < at) next++;
    const isPossible = possible === undefined || possible[next] === at;
    let isPassedOver = kind.isClosed;
    if (kind.isAround || (kind.isWanted && isPossible)) {
      const scanned = { offset: unit.offset + at, depth, abbreviation, cursor, isPassedOver };
      yield scanned;
      ({ isPassedOver } = scanned);
    }
    const attributesAt = cursor.at;
    if (kind.bytes !== undefined) cursor.skip(kind.bytes);
    else for (const { form } of abbreviation.attributes) skipForm(cursor, form, unit);
    if (!abbreviation.hasChildren) continue;
    if ((possible !== undefined || isPassedOver) && kind.siblingAt !== undefined) {
      const sibling = siblingOf(cursor, attributesAt + kind.siblingAt);
      const wanted = isPassedOver ? Infinity : (possible?.[possible[next] === at ? next + 1 : next] ?? Infinity);
      if (sibling > cursor.at && sibling <= wanted && sibling <= cursor.bytes.length) {
        cursor.at = sibling;
        continue;
      }
    }
    depth++;
  } while (depth > 0 && !cursor.isAtEnd);
}

/** @returns `NaN` where it is cut off */
function siblingOf({ bytes }: Cursor, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number];
  return a + b * 0x100 + c * 0x1_0000 + d * 0x100_0000;
}

/** Only as compilers write it. */
function siblingPlace(attributes: Abbreviation["attributes"], unit: Unit): number | undefined {
  const index = attributes.findIndex(({ name }) => name === AT.sibling);
  return attributes[index]?.form === FORM.ref4 ? bytesOf(attributes.slice(0, index), unit) : undefined;
}

function bytesOf(attributes: Abbreviation["attributes"], unit: Unit): number | undefined {
  let sum = 0;
  for (const { form } of attributes) {
    const bytes = fixedFormBytes(form, unit);
    if (bytes === undefined) return undefined;
    sum += bytes;
  }
  return sum;
}
