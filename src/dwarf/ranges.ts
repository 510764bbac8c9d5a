/** Code that lies in several pieces: `.debug_ranges` until version 4, `.debug_rnglists` since. */
import type { Cursor } from "./cursor.js";
import type { Widths } from "./forms.js";
import { AT } from "./constants.js";
import type { Section } from "./sections.js";
import type { Unit } from "./unit.js";

export interface AddressRange {
  readonly start: bigint;
  /** Behind the last byte. */
  readonly end: bigint;
}

/** What a unit says for all of its ranges. */
export interface RangeBases extends Widths {
  readonly skeleton: Unit | undefined;
  section(name: string): Section;
  /** From which addresses count. */
  readonly firstAddress: bigint;
  /** Where its table of lists is. */
  readonly listsAt: number;
  /** One of its table of addresses. */
  addressNumber(index: number): bigint;
}

export function readRanges(bases: RangeBases, by: "index" | "offset", value: number): readonly AddressRange[] {
  if (bases.version < 5) return rangesOfVersion4(bases, value);
  const lists = bases.section(".debug_rnglists");
  return lists.parse(by === "offset" ? value : listAt(bases, lists, value), (cursor) => readList(cursor, bases));
}

/** What was left out of a file has its ranges in that file. */
function rangesOfVersion4(bases: RangeBases, value: number): readonly AddressRange[] {
  const { skeleton = bases } = bases;
  const base = bases.skeleton === undefined ? 0 : Number(bases.skeleton.root.number(AT.gnuRangesBase) ?? 0n);
  return skeleton.section(".debug_ranges").parse(base + value, (cursor) => readPairs(cursor, bases));
}

/** The offsets of lists count from the table of offsets. */
function listAt({ listsAt, offsetBytes }: RangeBases, lists: Section, index: number): number {
  return listsAt + lists.parse(listsAt + index * offsetBytes, (cursor) => cursor.offset(offsetBytes));
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
    else throw cursor.broken(`there is a range of the unknown kind ${kind}`);
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
