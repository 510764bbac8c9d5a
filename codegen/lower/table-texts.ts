/** Texts as keys of tables of ours: see `kernel/key-table.ts`. What lies behind the NUL of a string costs nothing. */
import type { Value } from "../ir/ir.js";
import { layoutOf, TEXT_MIX } from "../kernel/key-table.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { claim, type ClaimArms, finished, homeOf, keyPlace, spreadOn, type TableMap } from "./table-slots.js";
import { reportFull } from "./warnings.js";

/**
 * @param key - its address: a multiple of 8
 * @returns the slot of the key; a larger number when there is no room for it, which has been reported
 */
export function slotOfText(cx: ProbeLowering, map: TableMap, key: Value, schemaId: Value): Value {
  if (cx.fn.role === "subprogram") return search(cx, map, key, schemaId);
  const name = `slot_of_${map.index} ${cx.b.typeOf(key)}`;
  const outline = { name, args: [key, schemaId], changes: "everything", isOptimal: true } as const;
  return cx.callOutline(outline, ([key, schemaId]) => search(cx, map, key, schemaId));
}

function search(cx: ProbeLowering, map: TableMap, key: Value, schemaId: Value): Value {
  const { b } = cx;
  const { table } = map;
  const { last, spread } = lengthOf(cx, map, key);
  const [next, look, taken] = [b.block(["int"]), b.block(), b.block()];
  const [begun, found, full] = [b.block(["int"]), b.block(["int"]), b.block()];
  b.jump(next, [homeOf(cx, table, spread)]);
  b.switchTo(next);
  const slot = b.onlyParamOf(next);
  // The verifier knows nothing of the slot but that it is one.
  b.mayGoto(look, full, { isBlurred: true });
  b.switchTo(look);
  const word = b.alu("xor", b.load(key, 0, 8), b.int(TEXT_MIX));
  const there = b.loadVolatile(keyPlace(cx, map, slot), 0, 8);
  const [isOther, isFree] = [b.block(), b.block()];
  b.branch("eq", there, word, { block: begun, args: [slot] }, isOther);
  b.switchTo(isOther);
  b.branch("eq", there, b.int(0), isFree, taken);
  b.switchTo(isFree);
  claim(cx, { map, slot, base: undefined, word }, { found: begun, taken, full });
  b.switchTo(begun);
  claimRest(cx, { map, key, slot: b.onlyParamOf(begun), last }, { found, taken, full });
  b.switchTo(taken);
  b.jump(next, [b.alu("and", b.add(slot, b.int(1)), b.int(table.slots - 1))]);

  const done = b.block(["int"]);
  b.switchTo(full);
  reportFull(cx, schemaId);
  b.jump(done, [b.int(-1)]);
  b.switchTo(found);
  b.jump(done, [b.onlyParamOf(found)]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

interface RestOfText {
  readonly map: TableMap;
  readonly key: Value;
  readonly slot: Value;
  readonly last: Value;
}

/** As of other keys (`table-entries.ts`): whoever comes first with all words before goes on, and the slot is of his key. */
function claimRest(cx: ProbeLowering, { map, key, slot, last }: RestOfText, { found, taken, full }: ClaimArms): void {
  const { b } = cx;
  const { words } = layoutOf(map.table);
  const isFound = { block: found, args: [slot] };
  const next = b.block(["int"]);
  const [inside, look, read] = [b.block(), b.block(), b.block()];
  b.jump(next, [b.int(1)]);
  b.switchTo(next);
  const at = b.onlyParamOf(next);
  const isOurs = { block: next, args: [b.add(at, b.int(1))] };
  b.mayGoto(look, full);
  b.switchTo(look);
  b.branch("ule", at, last, inside, isFound);
  b.switchTo(inside);
  b.branch("ult", at, b.int(words), read, isFound);
  b.switchTo(read);
  const offset = b.alu("shl", at, b.int(3));
  const word = b.alu("xor", b.load(b.add(key, offset), 0, 8), b.int(TEXT_MIX));
  const place = b.add(keyPlace(cx, map, slot), offset);
  const there = b.loadVolatile(place, 0, 8);
  const [isOther, isFree, isLost] = [b.block(), b.block(), b.block()];
  b.branch("eq", there, word, isOurs, isOther);
  b.switchTo(isOther);
  b.branch("eq", there, b.int(0), isFree, taken);
  b.switchTo(isFree);
  const before = b.atomicClaim(place, 0, word);
  b.branch("eq", before, b.int(0), isOurs, isLost);
  b.switchTo(isLost);
  b.branch("eq", before, word, isOurs, taken);
}

interface Length {
  /** Which of the words has the NUL; one more than there are if none has. */
  readonly last: Value;
  readonly spread: Value;
}

function lengthOf(cx: ProbeLowering, map: TableMap, key: Value): Length {
  const { b } = cx;
  const { words } = layoutOf(map.table);
  const [next, end] = [b.block(["int", "int"]), b.block(["int", "int"])];
  const [look, read, isAll] = [b.block(), b.block(), b.block()];
  b.jump(next, [b.int(0), b.int(0)]);
  b.switchTo(next);
  const [at = b.int(0), before = b.int(0)] = b.paramsOf(next);
  b.mayGoto(look, isAll);
  b.switchTo(look);
  b.branch("ult", at, b.int(words), read, isAll);
  b.switchTo(isAll);
  b.jump(end, [at, before]);
  b.switchTo(read);
  const word = b.load(b.add(key, b.alu("shl", at, b.int(3))), 0, 8);
  const spread = spreadOn(cx, before, word);
  // Above the lowest byte that is 0 other ones may seem so, too.
  const zeros = b.alu("and", b.alu("sub", word, b.int(ONES)), b.alu("xor", word, b.int(-1)));
  const hasNul = b.alu("and", zeros, b.int(BigInt.asIntN(64, TOP_BITS)));
  b.branch(
    "ne",
    hasNul,
    b.int(0),
    { block: end, args: [at, spread] },
    { block: next, args: [b.add(at, b.int(1)), spread] },
  );
  b.switchTo(end);
  const [last = b.int(0), all = b.int(0)] = b.paramsOf(end);
  return { last, spread: finished(cx, all) };
}

const ONES = 0x0101_0101_0101_0101n;
const TOP_BITS = 0x8080_8080_8080_8080n;
