/** Code that lies in several pieces: `.debug_ranges` until version 4, `.debug_rnglists` since. */
import { Cursor } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import type { Widths } from "./forms.js";
import type { DebugSections } from "./sections.js";

export interface AddressRange {
  readonly start: bigint;
  /** Behind the last byte. */
  readonly end: bigint;
}

/** What a unit says for all of its ranges. */
export interface RangeBases extends Widths {
  readonly sections: DebugSections;
  /** From which addresses count. */
  readonly firstAddress: bigint;
  /** Where its table of lists is. */
  readonly listsAt: number;
  /** One of its table of addresses. */
  addressNumber(index: number): bigint;
}

export function readRanges(bases: RangeBases, by: "index" | "offset", value: number): readonly AddressRange[] {
  if (bases.version < 5) return readPairs(new Cursor(bases.sections.bytes(".debug_ranges"), value), bases);
  const lists = bases.sections.bytes(".debug_rnglists");
  return readList(new Cursor(lists, by === "offset" ? value : listAt(bases, lists, value)), bases);
}

/** The offsets of lists count from the table of offsets. */
function listAt({ listsAt, offsetBytes }: RangeBases, lists: Uint8Array, index: number): number {
  return listsAt + new Cursor(lists, listsAt + index * offsetBytes).offset(offsetBytes);
}

function readPairs(cursor: Cursor, { addressBytes, firstAddress }: RangeBases): readonly AddressRange[] {
  const newBase = (1n << BigInt(addressBytes * 8)) - 1n;
  const ranges: AddressRange[] = [];
  let base = firstAddress;
  for (;;) {
    const start = cursor.unsigned(addressBytes);
    const end = cursor.unsigned(addressBytes);
    if (start === 0n && end === 0n) return ranges;
    if (start === newBase) base = end;
    else ranges.push({ start: base + start, end: base + end });
  }
}

function readList(cursor: Cursor, bases: RangeBases): readonly AddressRange[] {
  const address = (): bigint => cursor.unsigned(bases.addressBytes);
  const indexed = (): bigint => bases.addressNumber(cursor.uleb());
  const ranges: AddressRange[] = [];
  let base = bases.firstAddress;
  const add = (start: bigint, end: bigint): void => void ranges.push({ start, end });
  const addLength = (start: bigint): void => add(start, start + cursor.wideUleb());
  for (;;) {
    const kind = cursor.u8();
    if (kind === ENTRY.end) return ranges;
    if (kind === ENTRY.baseIndex) base = indexed();
    else if (kind === ENTRY.startIndexEndIndex) add(indexed(), indexed());
    else if (kind === ENTRY.startIndexLength) addLength(indexed());
    else if (kind === ENTRY.offsetPair) add(base + cursor.wideUleb(), base + cursor.wideUleb());
    else if (kind === ENTRY.base) base = address();
    else if (kind === ENTRY.startEnd) add(address(), address());
    else if (kind === ENTRY.startLength) addLength(address());
    else throw new DwarfError(`there is a range of the unknown kind ${kind}`);
  }
}

/** DW_RLE_* */
const ENTRY = {
  end: 0,
  baseIndex: 1,
  startIndexEndIndex: 2,
  startIndexLength: 3,
  offsetPair: 4,
  base: 5,
  startEnd: 6,
  startLength: 7,
} as const;
