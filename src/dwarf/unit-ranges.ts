/** `.debug_aranges`: which code belongs to which unit, so that not every unit has to be asked. */
import { Cursor, unitLength } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import type { SectionTable } from "./sections.js";

/** Is told of code by the offset of its unit, and of units without code too. */
export interface UnitRangeSink {
  /** Nothing more is told of it than what follows. */
  unit(offset: number): void;
  /** As {@link exactNumber} has them; the end is behind the last byte. */
  range(start: number, end: number): void;
}

/** Units that are not in it say themselves where their code is. */
export function readUnitRanges(sections: SectionTable, sink: UnitRangeSink): void {
  try {
    const cursor = new Cursor(sections.get(".debug_aranges").all());
    while (!cursor.isAtEnd) readSet(cursor, sink);
  } catch (error) {
    // It is only a help.
    if (!(error instanceof DwarfError)) throw error;
  }
}

/** A header, and pairs of address and length, aligned to their own size, up to a pair of zeros. */
function readSet(cursor: Cursor, sink: UnitRangeSink): void {
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
  sink.unit(unit);
  while (cursor.at + pairBytes <= end) {
    const address = cursor.address(addressBytes);
    sink.range(address, address + cursor.address(addressBytes));
  }
  cursor.skip(Math.max(0, end - cursor.at));
}
