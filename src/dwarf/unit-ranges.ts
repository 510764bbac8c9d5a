/** `.debug_aranges`: which code belongs to which unit, so that not every unit has to be asked. */
import { Cursor, unitLength } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import type { AddressRange } from "./ranges.js";
import type { SectionTable } from "./sections.js";

/** By the offset of the unit. Units that are not in it say themselves where their code is. */
export function readUnitRanges(sections: SectionTable): ReadonlyMap<number, readonly AddressRange[]> {
  const found = new Map<number, AddressRange[]>();
  try {
    const cursor = new Cursor(sections.get(".debug_aranges").all());
    while (!cursor.isAtEnd) readSet(cursor, found);
  } catch (error) {
    // It is only a help.
    if (!(error instanceof DwarfError)) throw error;
  }
  return found;
}

/** A header, and pairs of address and length, aligned to their own size, up to a pair of zeros. */
function readSet(cursor: Cursor, found: Map<number, AddressRange[]>): void {
  const start = cursor.at;
  const { length, offsetBytes } = unitLength(cursor);
  const end = cursor.at + length;
  const version = cursor.u16();
  const unit = cursor.offset(offsetBytes);
  const addressBytes = cursor.u8();
  const segmentBytes = cursor.u8();
  if (version !== 2 || segmentBytes !== 0 || (addressBytes !== 8 && addressBytes !== 4)) {
    cursor.skip(Math.max(0, end - cursor.at));
    return;
  }
  const pairBytes = 2 * addressBytes;
  cursor.skip((pairBytes - ((cursor.at - start) % pairBytes)) % pairBytes);
  const ranges = found.get(unit) ?? [];
  found.set(unit, ranges);
  while (cursor.at + pairBytes <= end) {
    const address = cursor.unsigned(addressBytes);
    const bytes = cursor.unsigned(addressBytes);
    // What the linker has left out is at 0.
    if (bytes > 0n && address > 0n) ranges.push({ start: address, end: address + bytes });
  }
  cursor.skip(Math.max(0, end - cursor.at));
}
