/** Code that lies in several pieces: `.debug_ranges` until version 4, `.debug_rnglists` since. */
import type { Cursor } from "./cursor.js";
import { addressOf, exactNumber } from "./exact-number.js";
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
  const numbers = rangeNumbers(bases, by, value);
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    start: addressOf(numbers[2 * i] as number),
    end: addressOf(numbers[2 * i + 1] as number),
  }));
}

/** The same without objects, since all units together may have 100,000: starts and ends in turns, as {@link exactNumber} has them. */
export function rangeNumbers(bases: RangeBases, by: "index" | "offset", value: number): readonly number[] {
  if (bases.version < 5) return rangesOfVersion4(bases, value);
  const lists = bases.section(".debug_rnglists");
  return lists.parse(by === "offset" ? value : listAt(bases, lists, value), (cursor) => readList(cursor, bases));
}

/** What was left out of a file has its ranges in that file. */
function rangesOfVersion4(bases: RangeBases, value: number): readonly number[] {
  const { skeleton = bases } = bases;
  const base = bases.skeleton === undefined ? 0 : Number(bases.skeleton.root.number(AT.gnuRangesBase) ?? 0n);
  return skeleton.section(".debug_ranges").parse(base + value, (cursor) => readPairs(cursor, bases));
}

/** The offsets of lists count from the table of offsets. */
function listAt({ listsAt, offsetBytes }: RangeBases, lists: Section, index: number): number {
  return listsAt + lists.parse(listsAt + index * offsetBytes, (cursor) => cursor.offset(offsetBytes));
}

function readPairs(cursor: Cursor, { addressBytes, firstAddress }: RangeBases): readonly number[] {
  // The last address there is.
  const newBase = addressBytes === 8 ? -1 : 0xffff_ffff;
  const ranges: number[] = [];
  let base = exactNumber(firstAddress);
  for (;;) {
    const start = cursor.address(addressBytes);
    const end = cursor.address(addressBytes);
    if (start === 0 && end === 0) return ranges;
    if (start === newBase) base = end;
    else ranges.push(base + start, base + end);
  }
}

function readList(cursor: Cursor, bases: RangeBases): readonly number[] {
  const address = (): number => cursor.address(bases.addressBytes);
  const indexed = (): number => exactNumber(bases.addressNumber(cursor.uleb()));
  const ranges: number[] = [];
  let base = exactNumber(bases.firstAddress);
  const add = (start: number, end: number): void => void ranges.push(start, end);
  const addLength = (start: number): void => add(start, start + cursor.uleb());
  for (;;) {
    const kind = cursor.u8();
    if (kind === ENTRY.end) return ranges;
    if (kind === ENTRY.baseIndex) base = indexed();
    else if (kind === ENTRY.startIndexEndIndex) add(indexed(), indexed());
    else if (kind === ENTRY.startIndexLength) addLength(indexed());
    else if (kind === ENTRY.offsetPair) add(base + cursor.uleb(), base + cursor.uleb());
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
