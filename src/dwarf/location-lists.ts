/** Places that change on the way through a function: `.debug_loc` until version 4, `.debug_loclists` since. */
import type { Cursor } from "./cursor.js";
import type { Unit } from "./unit.js";

/** The expression that holds at an address; undefined: the value is nowhere then. */
export function expressionAt(
  unit: Unit,
  by: "index" | "offset",
  value: number,
  address: bigint,
): Uint8Array | undefined {
  if (unit.version >= 5) {
    const at = by === "offset" ? value : unit.locationListAt(value);
    return unit.section(".debug_loclists").parse(at, (cursor) => inList(cursor, unit, address));
  }
  const isSplit = unit.skeleton !== undefined;
  return unit.section(".debug_loc").parse(value, (cursor) => (isSplit ? inListOfGnu : inPairs)(cursor, unit, address));
}

/** As GCC and Clang wrote it into what was left out of a file, before version 5: DW_LLE_GNU_* */
function inListOfGnu(cursor: Cursor, unit: Unit, address: bigint): Uint8Array | undefined {
  let base = unit.firstAddress;
  for (;;) {
    const kind = cursor.u8();
    if (kind === 0) return undefined;
    if (kind === 1) {
      base = unit.addressNumber(cursor.uleb());
      continue;
    }
    if (kind < 1 || kind > 4) throw cursor.broken(`there is a place of the unknown kind ${kind}`);
    const start = kind === 4 ? base + BigInt(cursor.u32()) : unit.addressNumber(cursor.uleb());
    const end =
      kind === 2
        ? unit.addressNumber(cursor.uleb())
        : kind === 3
          ? start + BigInt(cursor.u32())
          : base + BigInt(cursor.u32());
    const expression = cursor.block(cursor.u16());
    if (isIn(address, start, end)) return expression;
  }
}

/** What holds between two steps of the source that are one instruction has no length: the first such step comes first. */
const isIn = (address: bigint, start: bigint, end: bigint): boolean =>
  address >= start && (address < end || (start === end && address === start));

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
    if (isIn(address, base + start, base + end)) return expression;
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
      if (isIn(address, start, end)) return expression;
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
  throw cursor.broken(`there is a place of the unknown kind ${kind}`);
}
