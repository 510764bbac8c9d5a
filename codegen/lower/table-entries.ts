/** Entries of tables of ours: see `kernel/key-table.ts`. No call of the kernel finds them, and no lock. */
import type { BlockId, Value } from "../ir/ir.js";
import {
  BASE_OFFSET,
  COUNT_OFFSET,
  homeShiftOf,
  type KeyTable,
  layoutOf,
  MIX,
  SPECIAL_SLOTS,
  specialSlotsOf,
  STEP_SHIFT,
  TAKEN,
} from "../kernel/key-table.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { reportFull } from "./warnings.js";

type TableMap = LoweredMap & { readonly table: KeyTable };

/**
 * Observes in the entry of the key, which is made if there is none. Most keys are in the first slot that is looked at.
 * @param key - its address
 */
export function inTableEntry(
  cx: ProbeLowering,
  map: TableMap,
  key: Value,
  schemaId: Value,
  observe: (entry: Value) => void,
): void {
  const { b } = cx;
  const { table } = map;
  const { slots } = layoutOf(table);
  const cpu = cpuOf(cx, table);
  const mixed = b.alu("xor", b.load(key, 0, table.keyBytes as 1 | 2 | 4 | 8), b.int(MIX));
  const home = inBank(cx, homeOf(cx, table, mixed), baseOf(cx, map));
  const entry = b.block(["int"]);
  const elsewhere = b.block();
  const after = b.block();
  const atHome = (): void => b.branch("eq", keyAt(cx, map, home), mixed, { block: entry, args: [home] }, elsewhere);
  if (table.keyBytes < 8) atHome();
  else {
    const isOrdinary = b.block();
    b.branch("uge", mixed, b.int(SPECIAL_SLOTS), isOrdinary, elsewhere);
    b.switchTo(isOrdinary);
    atHome();
  }
  b.switchTo(elsewhere);
  const slot = findSlot(cx, map, mixed, schemaId);
  b.branch("ult", slot, b.int(slots), { block: entry, args: [slot] }, after);
  b.switchTo(entry);
  observe(valueAt(cx, map, b.onlyParamOf(entry), cpu));
  b.jump(after);
  b.switchTo(after);
}

/** CPUs that are not there are counted as one that is: the verifier must see the bound. */
function cpuOf({ b }: ProbeLowering, { cpus }: KeyTable): Value {
  if (cpus === 1) return b.int(0);
  const cpu = b.call("get_smp_processor_id", []);
  if (Number.isInteger(Math.log2(cpus))) return b.alu("and", cpu, b.int(cpus - 1));
  return b.choose("ult", cpu, b.int(cpus), { then: () => cpu, otherwise: () => b.int(0) });
}

/** The first slot of the bank in use: as a number of which the verifier knows that it is no other. */
function baseOf({ b }: ProbeLowering, { index, table }: TableMap): Value | undefined {
  if (table.banks === 1) return undefined;
  return b.alu("and", b.loadVolatile(b.mapValue(index), BASE_OFFSET, 8), b.int(table.slots));
}

const inBank = ({ b }: ProbeLowering, slot: Value, base: Value | undefined): Value =>
  base === undefined ? slot : b.alu("or", slot, base);

const homeOf = ({ b }: ProbeLowering, table: KeyTable, mixed: Value): Value =>
  b.alu("shr", b.alu("mul", mixed, b.int(MIX)), b.int(homeShiftOf(table)));

const keyPlace = ({ b }: ProbeLowering, { index, table }: TableMap, slot: Value): Value =>
  b.add(b.mapValue(index, layoutOf(table).keys), b.alu("shl", slot, b.int(3)));

const keyAt = (cx: ProbeLowering, map: TableMap, slot: Value): Value =>
  cx.b.loadVolatile(keyPlace(cx, map, slot), 0, 8);

function valueAt({ b }: ProbeLowering, { index, table }: TableMap, slot: Value, cpu: Value): Value {
  const { values, rowBytes } = layoutOf(table);
  const row = b.alu("mul", cpu, b.int(rowBytes));
  return b.add(b.mapValue(index, values), b.add(row, b.alu("mul", slot, b.int(table.valueBytes))));
}

// ---------------------------------------------------------------- keys that are not where they belong

/** @returns the slot of the key; a larger number when there is no room for it, which has been reported */
function findSlot(cx: ProbeLowering, map: TableMap, mixed: Value, schemaId: Value): Value {
  if (cx.fn.role === "subprogram") return search(cx, map, mixed, schemaId);
  const outline = { name: `slot_of_${map.index}`, args: [mixed, schemaId], changes: "nothing" } as const;
  return cx.callOutline({ ...outline, isVerifiedAlone: true, isOptimal: true }, ([mixed, schemaId]) =>
    search(cx, map, mixed, schemaId),
  );
}

/**
 * There are free slots, so the loop ends by itself.
 * @param key - mixed. The verifier is told nothing of it: of one that it knew it would follow each turn.
 */
function search(cx: ProbeLowering, map: TableMap, key: Value, schemaId: Value): Value {
  const { b } = cx;
  const mixed = b.add(key, cx.opaqueZero());
  const { table } = map;
  const base = baseOf(cx, map);
  const found = b.block(["int"]);
  const full = b.block();
  const bank = base === undefined ? undefined : b.alu("shr", base, b.int(Math.log2(table.slots)));
  const firstCounter = b.mapValue(map.index, COUNT_OFFSET);
  const counter = bank === undefined ? firstCounter : b.add(firstCounter, b.alu("shl", bank, b.int(3)));
  if (table.keyBytes === 8) {
    const [isSpecial, isOrdinary] = [b.block(), b.block()];
    b.branch("ult", mixed, b.int(SPECIAL_SLOTS), isSpecial, isOrdinary);
    b.switchTo(isSpecial);
    const first = b.add(mixed, b.int(specialSlotsOf(table, 0)));
    const slot = bank === undefined ? first : b.add(first, b.alu("mul", bank, b.int(SPECIAL_SLOTS)));
    const isThere = { block: found, args: [slot] };
    const isFree = b.block();
    b.branch("ne", keyAt(cx, map, slot), b.int(0), isThere, isFree);
    b.switchTo(isFree);
    const taken = b.block();
    claim(cx, { map, slot, counter, key: b.int(TAKEN) }, { found, taken, full });
    // There is one key that it can have been taken for.
    b.switchTo(taken);
    b.jump(found, [slot]);
    b.switchTo(isOrdinary);
  }
  const spread = b.alu("mul", mixed, b.int(MIX));
  const step = b.alu("or", b.alu("shr", spread, b.int(STEP_SHIFT)), b.int(1));
  const [next, look, taken] = [b.block(["int"]), b.block(), b.block()];
  b.jump(next, [b.alu("shr", spread, b.int(homeShiftOf(table)))]);
  b.switchTo(next);
  const at = b.onlyParamOf(next);
  b.mayGoto(look, full, { isBlurred: true });
  b.switchTo(look);
  const slot = inBank(cx, at, base);
  const there = keyAt(cx, map, slot);
  const [isOther, isFree] = [b.block(), b.block()];
  b.branch("eq", there, mixed, { block: found, args: [slot] }, isOther);
  b.switchTo(isOther);
  b.branch("eq", there, b.int(0), isFree, taken);
  b.switchTo(isFree);
  claim(cx, { map, slot, counter, key: mixed }, { found, taken, full });
  b.switchTo(taken);
  b.jump(next, [b.alu("and", b.add(at, step), b.int(table.slots - 1))]);

  b.switchTo(full);
  reportFull(cx, schemaId);
  const done = b.block(["int"]);
  b.jump(done, [b.int(-1)]);
  b.switchTo(found);
  b.jump(done, [b.onlyParamOf(found)]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

interface Claim {
  readonly map: TableMap;
  readonly slot: Value;
  readonly counter: Value;
  readonly key: Value;
}

interface ClaimArms {
  /** With the slot. */
  readonly found: BlockId;
  /** Another CPU has put another key there. */
  readonly taken: BlockId;
  readonly full: BlockId;
}

/** Takes a slot that was free. A key is counted before, so that there are never more than may be. */
function claim(cx: ProbeLowering, { map, slot, counter, key }: Claim, { found, taken, full }: ClaimArms): void {
  const { b } = cx;
  const { maxKeys } = map.table;
  const [isRoom, isFull] = [b.block(), b.block()];
  // A program that two clearings overtook may have taken the count below nothing: there is room then, too.
  b.branch("slt", b.atomicFetchAdd(counter, 0, 8, b.int(1)), b.int(maxKeys), isRoom, isFull);
  b.switchTo(isRoom);
  const before = b.atomicClaim(keyPlace(cx, map, slot), 0, key);
  const isLost = b.block();
  b.branch("eq", before, b.int(0), { block: found, args: [slot] }, isLost);
  b.switchTo(isLost);
  b.atomicAdd(counter, 0, 8, b.int(-1));
  b.branch("eq", before, key, { block: found, args: [slot] }, taken);
  // Whoever took the last place may have done so for this key.
  b.switchTo(isFull);
  b.atomicAdd(counter, 0, 8, b.int(-1));
  const now = keyAt(cx, map, slot);
  const isNow = b.block();
  b.branch("eq", now, key, { block: found, args: [slot] }, isNow);
  b.switchTo(isNow);
  b.branch("eq", now, b.int(0), full, taken);
}
