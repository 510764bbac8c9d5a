/** Slots of tables of ours, and how programs take them: see `kernel/key-table.ts`. */
import type { BlockId, Value } from "../ir/ir.js";
import { COUNT_OFFSET, homeShiftOf, type KeyTable, layoutOf, MIX } from "../kernel/key-table.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";

export type TableMap = LoweredMap & { readonly table: KeyTable };

const folded = ({ b }: ProbeLowering, number: Value): Value => b.alu("xor", number, b.alu("shr", number, b.int(32)));

/** A number of which the upper bits say where a key belongs, after the next of its words. */
export const spreadOn = (cx: ProbeLowering, before: Value, word: Value): Value =>
  cx.b.alu("mul", cx.b.alu("xor", folded(cx, before), word), cx.b.int(MIX));

/** Of the last word, too, all bits count: the one product has only pushed them upwards. */
export const finished = (cx: ProbeLowering, spread: Value): Value => cx.b.alu("mul", folded(cx, spread), cx.b.int(MIX));

export const bankOf = ({ b }: ProbeLowering, { table }: TableMap, base: Value): Value =>
  b.alu("shr", base, b.int(Math.log2(table.slots)));

/** Of the keys of the bank. */
function counterOf(cx: ProbeLowering, map: TableMap, base: Value | undefined): Value {
  const { b } = cx;
  const first = b.mapValue(map.index, COUNT_OFFSET);
  return base === undefined ? first : b.add(first, b.alu("shl", bankOf(cx, map, base), b.int(3)));
}

export const homeOf = ({ b }: ProbeLowering, table: KeyTable, spread: Value): Value =>
  b.alu("shr", spread, b.int(homeShiftOf(table)));

export function keyPlace({ b }: ProbeLowering, { index, table }: TableMap, slot: Value): Value {
  const { keys, words } = layoutOf(table);
  return b.add(b.mapValue(index, keys), b.alu("mul", slot, b.int(8 * words)));
}

export const wordAt = (cx: ProbeLowering, map: TableMap, slot: Value, word = 0): Value =>
  cx.b.loadVolatile(keyPlace(cx, map, slot), 8 * word, 8);

export function valueAt({ b }: ProbeLowering, { index, table }: TableMap, slot: Value, cpu: Value): Value {
  const { values, rowBytes } = layoutOf(table);
  const row = b.alu("mul", cpu, b.int(rowBytes));
  return b.add(b.mapValue(index, values), b.add(row, b.alu("mul", slot, b.int(table.valueBytes))));
}

export interface Claim {
  readonly map: TableMap;
  readonly slot: Value;
  /** The first slot of its bank. */
  readonly base: Value | undefined;
  /** The first of the key, or the only one. */
  readonly word: Value;
}

export interface ClaimArms {
  /** With the slot. */
  readonly found: BlockId;
  /** Another CPU has put another key there. */
  readonly taken: BlockId;
  readonly full: BlockId;
}

/** Takes a slot that was free. A key is counted before, so that there are never more than may be. */
export function claim(cx: ProbeLowering, { map, slot, base, word }: Claim, { found, taken, full }: ClaimArms): void {
  const { b } = cx;
  const { maxKeys } = map.table;
  const counter = counterOf(cx, map, base);
  const [isRoom, isFull] = [b.block(), b.block()];
  // A program that two clearings overtook may have taken the count below nothing: there is room then, too.
  b.branch("slt", b.atomicFetchAdd(counter, 0, 8, b.int(1)), b.int(maxKeys), isRoom, isFull);
  b.switchTo(isRoom);
  const before = b.atomicClaim(keyPlace(cx, map, slot), 0, word);
  const isLost = b.block();
  b.branch("eq", before, b.int(0), { block: found, args: [slot] }, isLost);
  b.switchTo(isLost);
  b.atomicAdd(counter, 0, 8, b.int(-1));
  b.branch("eq", before, word, { block: found, args: [slot] }, taken);
  // Whoever took the last place may have done so for this key.
  b.switchTo(isFull);
  b.atomicAdd(counter, 0, 8, b.int(-1));
  const now = wordAt(cx, map, slot);
  const isNow = b.block();
  b.branch("eq", now, word, { block: found, args: [slot] }, isNow);
  b.switchTo(isNow);
  b.branch("eq", now, b.int(0), full, taken);
}
