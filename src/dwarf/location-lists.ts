/** Places that change on the way through a function: `.debug_loc` until version 4, `.debug_loclists` since. */
import { Cursor } from "./cursor.js";
import { DwarfError } from "./dwarf-error.js";
import type { Unit } from "./unit.js";

/** The expression that holds at an address; undefined: the value is nowhere then. */
export function expressionAt(
  unit: Unit,
  by: "index" | "offset",
  value: number,
  address: bigint,
): Uint8Array | undefined {
  const { sections } = unit;
  if (unit.version >= 5) {
    const lists = sections.bytes(".debug_loclists");
    return inList(new Cursor(lists, by === "offset" ? value : unit.locationListAt(value)), unit, address);
  }
  return inPairs(new Cursor(sections.bytes(".debug_loc"), value), unit, address);
}

function inPairs(cursor: Cursor, { addressBytes, firstAddress }: Unit, address: bigint): Uint8Array | undefined {
  const newBase = (1n << BigInt(addressBytes * 8)) - 1n;
  let base = firstAddress;
  for (;;) {
    const start = cursor.unsigned(addressBytes);
    const end = cursor.unsigned(addressBytes);
    if (start === 0n && end === 0n) return undefined;
    if (start === newBase) {
      base = end;
      continue;
    }
    const expression = cursor.block(cursor.u16());
    if (address >= base + start && address < base + end) return expression;
  }
}

/** DW_LLE_* */
const ENTRY = {
  end: 0,
  baseIndex: 1,
  startIndexEndIndex: 2,
  startIndexLength: 3,
  offsetPair: 4,
  otherwise: 5,
  base: 6,
  startEnd: 7,
  startLength: 8,
  gnuViewPair: 9,
} as const;

function inList(cursor: Cursor, unit: Unit, address: bigint): Uint8Array | undefined {
  const plain = (): bigint => cursor.unsigned(unit.addressBytes);
  const indexed = (): bigint => unit.addressNumber(cursor.uleb());
  let base = unit.firstAddress;
  let otherwise: Uint8Array | undefined;
  for (;;) {
    const kind = cursor.u8();
    if (kind === ENTRY.end) return otherwise;
    if (kind === ENTRY.baseIndex) base = indexed();
    else if (kind === ENTRY.base) base = plain();
    else if (kind === ENTRY.gnuViewPair) {
      cursor.skipLeb();
      cursor.skipLeb();
    } else if (kind === ENTRY.otherwise) otherwise = cursor.block(cursor.uleb());
    else {
      const { start, end } = rangeOf(kind, cursor, { base, plain, indexed });
      const expression = cursor.block(cursor.uleb());
      if (address >= start && address < end) return expression;
    }
  }
}

interface Reading {
  readonly base: bigint;
  readonly plain: () => bigint;
  readonly indexed: () => bigint;
}

function rangeOf(
  kind: number,
  cursor: Cursor,
  { base, plain, indexed }: Reading,
): { readonly start: bigint; readonly end: bigint } {
  const withLength = (start: bigint): { readonly start: bigint; readonly end: bigint } => ({
    start,
    end: start + cursor.wideUleb(),
  });
  if (kind === ENTRY.offsetPair) return { start: base + cursor.wideUleb(), end: base + cursor.wideUleb() };
  if (kind === ENTRY.startEnd) return { start: plain(), end: plain() };
  if (kind === ENTRY.startLength) return withLength(plain());
  if (kind === ENTRY.startIndexLength) return withLength(indexed());
  if (kind === ENTRY.startIndexEndIndex) return { start: indexed(), end: indexed() };
  throw new DwarfError(`there is a place of the unknown kind ${kind}`);
}
