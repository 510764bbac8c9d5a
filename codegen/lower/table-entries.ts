/** Entries of tables of ours: see `kernel/key-table.ts`. No call of the kernel finds them, and no lock. */
import type { Value } from "../ir/ir.js";
import {
  BASE_OFFSET,
  GENERATION_SHIFT,
  isMarked,
  type KeyTable,
  layoutOf,
  MIX,
  SPECIAL_SLOTS,
  specialSlotsOf,
  STEP_SHIFT,
  TAKEN,
} from "../kernel/key-table.js";
import type { ProbeLowering } from "./probe-lowering.js";
import {
  bankOf,
  claim,
  type ClaimArms,
  finished,
  homeOf,
  keyPlace,
  spreadOn,
  type TableMap,
  valueAt,
  wordAt,
} from "./table-slots.js";
import { slotOfText } from "./table-texts.js";
import { reportFull } from "./warnings.js";

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
  if (table.isText) return inSlot(cx, map, slotOfText(cx, map, key, schemaId), observe);
  const { slots } = layoutOf(table);
  const cpu = cpuOf(cx, table);
  const words = wordsOf(cx, table, key);
  const state = stateOf(cx, map);
  const home = inBank(cx, homeOf(cx, table, spread(cx, words)), baseOf(cx, map, state));
  const entry = b.block(["int"]);
  const elsewhere = b.block();
  const after = b.block();
  const isHome = { block: entry, args: [home] };
  const place = keyPlace(cx, map, home);
  if (isMarked(table)) {
    const mark = markOf(cx, state);
    const differences = words.map((word, i) => b.alu("xor", b.loadVolatile(place, 8 * i, 8), b.alu("or", word, mark)));
    const all = differences.reduce((some, more) => b.alu("or", some, more));
    b.branch("eq", all, b.int(0), isHome, elsewhere);
  } else {
    const [mixed] = words;
    const atHome = (): void => b.branch("eq", b.loadVolatile(place, 0, 8), mixed, isHome, elsewhere);
    if (table.keyBytes < 8) atHome();
    else {
      const isOrdinary = b.block();
      b.branch("uge", mixed, b.int(SPECIAL_SLOTS), isOrdinary, elsewhere);
      b.switchTo(isOrdinary);
      atHome();
    }
  }
  b.switchTo(elsewhere);
  const slot = findSlot(cx, map, words, schemaId);
  b.branch("ult", slot, b.int(slots), { block: entry, args: [slot] }, after);
  b.switchTo(entry);
  observe(valueAt(cx, map, b.onlyParamOf(entry), cpu));
  b.jump(after);
  b.switchTo(after);
}

/** @param slot - a larger number where there is none */
function inSlot(cx: ProbeLowering, map: TableMap, slot: Value, observe: (entry: Value) => void): void {
  const { b } = cx;
  const cpu = cpuOf(cx, map.table);
  b.if("ult", slot, b.int(layoutOf(map.table).slots), { then: () => observe(valueAt(cx, map, slot, cpu)) });
}

/** What a key is looked for by. */
type Words = readonly [Value, ...Value[]];

/** As they are in a slot, but for the marks. @param key - its address */
function wordsOf(cx: ProbeLowering, table: KeyTable, key: Value): Words {
  const { b } = cx;
  const { keyBytes } = table;
  if (!isMarked(table)) return [b.alu("xor", b.load(key, 0, keyBytes as 1 | 2 | 4 | 8), b.int(MIX))];
  const eights = Array.from({ length: Math.ceil(keyBytes / 8) }, (_, i) => loadUpTo8(cx, key, 8 * i, keyBytes - 8 * i));
  const shifted = (op: "shl" | "shr", i: number, bits: number): Value =>
    bits === 0 ? (eights[i] ?? b.int(0)) : b.alu(op, eights[i] ?? b.int(0), b.int(bits));
  // Above a mark of 8 bits there are so many of the one before, and behind them those of the next.
  const word = (i: number): Value => {
    const own = i < eights.length ? shifted("shl", i, 8 * (i + 1)) : undefined;
    if (i === 0) return own ?? b.int(0);
    const rest = b.alu("shl", shifted("shr", i - 1, 64 - 8 * i), b.int(8));
    return own === undefined ? rest : b.alu("or", rest, own);
  };
  return [word(0), ...Array.from({ length: layoutOf(table).words - 1 }, (_, i) => word(i + 1))];
}

/** Fewer bytes than 8 make a number, too. */
function loadUpTo8({ b }: ProbeLowering, address: Value, offset: number, bytes: number): Value {
  if (bytes >= 8) return b.load(address, offset, 8);
  let [number, at] = [b.int(0), 0];
  for (const piece of [4, 2, 1] as const) {
    if (bytes - at < piece) continue;
    const loaded = b.load(address, offset + at, piece);
    number = at === 0 ? loaded : b.alu("or", number, b.alu("shl", loaded, b.int(8 * at)));
    at += piece;
  }
  return number;
}

/** A number of which the upper bits say where the key belongs. */
function spread(cx: ProbeLowering, [first, ...others]: Words): Value {
  const mixed = cx.b.alu("mul", first, cx.b.int(MIX));
  if (others.length === 0) return mixed;
  return finished(
    cx,
    others.reduce((so, word) => spreadOn(cx, so, word), mixed),
  );
}

/** CPUs that are not there are counted as one that is: the verifier must see the bound. */
function cpuOf({ b }: ProbeLowering, { cpus }: KeyTable): Value {
  if (cpus === 1) return b.int(0);
  const cpu = b.call("get_smp_processor_id", []);
  if (Number.isInteger(Math.log2(cpus))) return b.alu("and", cpu, b.int(cpus - 1));
  return b.choose("ult", cpu, b.int(cpus), { then: () => cpu, otherwise: () => b.int(0) });
}

/** Of the bank in use, and its generation; undefined where there is no other. Read once: it may be another one soon. */
const stateOf = ({ b }: ProbeLowering, { index, table }: TableMap): Value | undefined =>
  table.banks === 1 ? undefined : b.loadVolatile(b.mapValue(index), BASE_OFFSET, 8);

/** The first slot of the bank: as a number of which the verifier knows that it is no other. */
const baseOf = ({ b }: ProbeLowering, { table }: TableMap, state: Value | undefined): Value | undefined =>
  state === undefined ? undefined : b.alu("and", state, b.int(table.slots));

const markOf = ({ b }: ProbeLowering, state: Value | undefined): Value =>
  state === undefined ? b.int(1) : b.add(b.alu("shr", state, b.int(GENERATION_SHIFT)), b.int(1));

const inBank = ({ b }: ProbeLowering, slot: Value, base: Value | undefined): Value =>
  base === undefined ? slot : b.alu("or", slot, base);

// ---------------------------------------------------------------- keys that are not where they belong

/** @returns the slot of the key; a larger number when there is no room for it, which has been reported */
function findSlot(cx: ProbeLowering, map: TableMap, words: Words, schemaId: Value): Value {
  if (cx.fn.role === "subprogram") return search(cx, map, words, schemaId);
  const outline = { name: `slot_of_${map.index}`, args: [schemaId, ...words], changes: "nothing" } as const;
  return cx.callOutline({ ...outline, isVerifiedAlone: true, isOptimal: true }, ([schemaId, first, ...others]) =>
    search(cx, map, [first ?? schemaId, ...others], schemaId),
  );
}

/**
 * There are free slots, so the loop ends by itself.
 * @param given - words of the key. The verifier is told nothing of them: of some that it knew it would follow each turn.
 */
function search(cx: ProbeLowering, map: TableMap, [first, ...others]: Words, schemaId: Value): Value {
  const { b } = cx;
  const { table } = map;
  const unknown = (word: Value): Value => b.add(word, cx.opaqueZero());
  const words: Words = [unknown(first), ...others.map(unknown)];
  const state = stateOf(cx, map);
  const base = baseOf(cx, map, state);
  const found = b.block(["int"]);
  const full = b.block();
  if (table.keyBytes === 8) {
    const [isSpecial, isOrdinary] = [b.block(), b.block()];
    b.branch("ult", words[0], b.int(SPECIAL_SLOTS), isSpecial, isOrdinary);
    b.switchTo(isSpecial);
    const first = b.add(words[0], b.int(specialSlotsOf(table, 0)));
    const slot = base === undefined ? first : b.add(first, b.alu("mul", bankOf(cx, map, base), b.int(SPECIAL_SLOTS)));
    const isThere = { block: found, args: [slot] };
    const isFree = b.block();
    b.branch("ne", wordAt(cx, map, slot), b.int(0), isThere, isFree);
    b.switchTo(isFree);
    const taken = b.block();
    claim(cx, { map, slot, base, word: b.int(TAKEN) }, { found, taken, full });
    // There is one key that it can have been taken for.
    b.switchTo(taken);
    b.jump(found, [slot]);
    b.switchTo(isOrdinary);
  }
  const mark = isMarked(table) ? markOf(cx, state) : undefined;
  const kept = (word: Value): Value => (mark === undefined ? word : b.alu("or", word, mark));
  const [firstKept, ...othersKept]: Words = [kept(words[0]), ...words.slice(1).map(kept)];
  const spreadOut = spread(cx, words);
  // A frame of more than 48 bytes is one too many on some kernels ("may-goto-in-large-frames"): where there are several words
  // to remember there is no step.
  const step = isMarked(table) ? b.int(1) : b.alu("or", b.alu("shr", spreadOut, b.int(STEP_SHIFT)), b.int(1));
  const [next, look, taken] = [b.block(["int"]), b.block(), b.block()];
  b.jump(next, [homeOf(cx, table, spreadOut)]);
  b.switchTo(next);
  const at = b.onlyParamOf(next);
  b.mayGoto(look, full, { isBlurred: true });
  b.switchTo(look);
  const slot = inBank(cx, at, base);
  const there = wordAt(cx, map, slot);
  const [isOther, isFree] = [b.block(), b.block()];
  const begun = othersKept.length === 0 ? found : b.block(["int"]);
  b.branch("eq", there, firstKept, { block: begun, args: [slot] }, isOther);
  b.switchTo(isOther);
  b.branch("eq", there, b.int(0), isFree, taken);
  b.switchTo(isFree);
  claim(cx, { map, slot, base, word: firstKept }, { found: begun, taken, full });
  if (begun !== found) {
    b.switchTo(begun);
    claimRest(cx, { map, slot: b.onlyParamOf(begun), words: othersKept }, { found, taken });
  }
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

interface RestOfKey {
  readonly map: TableMap;
  readonly slot: Value;
  /** Behind the first, which is in the slot. */
  readonly words: readonly Value[];
}

/**
 * Whoever put the first word there may have come no further: then this program goes on in its place, and the slot is of the key
 * whose last word comes first. It has been counted.
 */
function claimRest(
  cx: ProbeLowering,
  { map, slot, words }: RestOfKey,
  { found, taken }: Pick<ClaimArms, "found" | "taken">,
): void {
  const { b } = cx;
  for (const [i, word] of words.entries()) {
    const [isOther, isFree, isOurs] = [b.block(), b.block(), b.block()];
    const there = wordAt(cx, map, slot, i + 1);
    b.branch("eq", there, word, isOurs, isOther);
    b.switchTo(isOther);
    b.branch("eq", there, b.int(0), isFree, taken);
    b.switchTo(isFree);
    const before = b.atomicClaim(keyPlace(cx, map, slot), 8 * (i + 1), word);
    const isLost = b.block();
    b.branch("eq", before, b.int(0), isOurs, isLost);
    b.switchTo(isLost);
    b.branch("eq", before, word, isOurs, taken);
    b.switchTo(isOurs);
  }
  b.jump(found, [slot]);
}
