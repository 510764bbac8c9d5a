/** Entries of tables that all CPUs share: see `kernel/shared-table.ts`, which says why each step is as it is. */
import type { Expr } from "../../grammar/index.js";
import type { BlockId, Value } from "../ir/ir.js";
import { BPF_EXIST, BPF_NOEXIST } from "../kernel/bpf.js";
import { MIX } from "../kernel/key-table.js";
import {
  elsewhereOf,
  FIRST_SLOT_OFFSET,
  keyShiftOf,
  marksOf,
  MOST_PINS,
  ONE_ELSEWHERE,
  ONE_PIN,
  PRESENT,
  presenceOf,
  type SharedTable,
  VALUE_OFFSET,
} from "../kernel/shared-table.js";
import { sizeOf } from "../types/layout.js";
import { isScalar, isSignedNumber, type Type } from "../types/type.js";
import { keyOf } from "./keys.js";
import { loadScalar, storeScalar } from "./memory.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { giveBack, takePlace } from "./shared-places.js";
import { warnOfUpdate } from "./warnings.js";

export type SharedMap = LoweredMap & { readonly shared: SharedTable };

export const isShared = (map: LoweredMap): map is SharedMap => map.shared !== undefined;

/** The key as the number that its bytes are. */
export function sharedKey(cx: ProbeLowering, { info, shared }: SharedMap, key: Expr): Value {
  const bits = shared.keyBytes * 8;
  if (info.key === undefined || !isScalar(info.key))
    return cx.b.load(keyOf(cx, info, key), 0, shared.keyBytes as 1 | 2 | 4 | 8);
  const value = cx.valueAs(key, info.key);
  return bits === 64 ? value : cx.b.extend(value, bits as 8 | 16 | 32, false);
}

/** Where a key is, unless it is elsewhere. */
export interface Home {
  /** Of its state. */
  readonly place: Value;
  readonly slot: () => Value;
  /** The state in which the key is present, and nothing else. */
  readonly present: () => Value;
}

/** @param key - asked for each time that something is computed from it */
function homeOf({ b }: ProbeLowering, { index, shared }: SharedMap, key: () => Value): Home {
  const shift = keyShiftOf(shared);
  const mixed = (): Value => b.alu("mul", key(), b.int(MIX));
  const slot = (): Value => b.alu("shr", mixed(), b.int(64 - shift));
  const at = slot();
  // Groups of 64 slots of 16 bytes, with 64 bytes in front of each.
  const offset = b.add(b.alu("shl", at, b.int(4)), b.alu("and", at, b.int(-64)));
  return {
    place: b.add(b.mapValue(index, FIRST_SLOT_OFFSET), offset),
    slot,
    present: () => b.alu("or", b.alu("shl", mixed(), b.int(shift)), b.int(PRESENT)),
  };
}

const stateAt = ({ b }: ProbeLowering, { place }: Home): Value => b.loadVolatile(place, 0, 8);

const presenceIn = ({ b }: ProbeLowering, { shared }: SharedMap, state: Value): Value =>
  b.alu("and", state, b.int(presenceOf(shared)));

const elsewhereIn = ({ b }: ProbeLowering, { shared }: SharedMap, state: Value): Value =>
  b.alu("and", state, b.int(elsewhereOf(shared)));

/** Jumps to one of the two. */
function exchange(
  { b }: ProbeLowering,
  { place }: Home,
  { from, to }: { readonly from: Value; readonly to: Value },
  { done, lost }: { readonly done: BlockId; readonly lost: BlockId },
): void {
  b.branch("eq", b.atomicCompareExchange(place, 0, from, to), from, done, lost);
}

/** The value, as a scalar is held; 0 where there is no entry. */
export function readShared(cx: ProbeLowering, map: SharedMap, key: Value): Value {
  const { b } = cx;
  const home = homeOf(cx, map, () => key);
  const state = stateAt(cx, home);
  const done = b.block(["int"]);
  const [isHere, isNot, isSure, isRare] = [b.block(), b.block(), b.block(), b.block()];
  b.branch("eq", presenceIn(cx, map, state), home.present(), isHere, isNot);
  b.switchTo(isHere);
  const value = b.loadVolatile(home.place, VALUE_OFFSET, 8);
  b.branch("eq", presenceIn(cx, map, stateAt(cx, home)), home.present(), isSure, isRare);
  b.switchTo(isSure);
  b.jump(done, [heldAs(cx, map.info.value, value)]);
  b.switchTo(isNot);
  b.branch("eq", elsewhereIn(cx, map, state), b.int(0), { block: done, args: [b.int(0)] }, isRare);
  b.switchTo(isRare);
  b.jump(done, [call(cx, map, "value", [key], (key) => search(cx, map, key))]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

/** Of a word in which the value is below. */
function heldAs({ b }: ProbeLowering, type: Type, word: Value): Value {
  const bits = sizeOf(type) * 8;
  if (bits === 64) return word;
  return b.extend(word, bits as 8 | 16 | 32, isSignedNumber(type));
}

/** A value that was not seen at once. */
function search(cx: ProbeLowering, map: SharedMap, key: Value): Value {
  const { b } = cx;
  const home = homeOf(cx, map, () => key);
  const type = map.info.value;
  const done = b.block(["int"]);
  const isNone = { block: done, args: [b.int(0)] };
  const [again, look, exhausted, isHere, isNot, isSure, isElsewhere] = blocks(cx, 7);
  b.jump(again);
  b.switchTo(again);
  b.mayGoto(look, exhausted, { isBlurred: true });
  b.switchTo(look);
  const state = stateAt(cx, home);
  b.branch("eq", presenceIn(cx, map, state), home.present(), isHere, isNot);
  b.switchTo(isHere);
  const value = b.loadVolatile(home.place, VALUE_OFFSET, 8);
  b.branch("eq", presenceIn(cx, map, stateAt(cx, home)), home.present(), isSure, again);
  b.switchTo(isSure);
  b.jump(done, [heldAs(cx, type, value)]);
  b.switchTo(isNot);
  b.branch("eq", elsewhereIn(cx, map, state), b.int(0), isNone, isElsewhere);
  b.switchTo(isElsewhere);
  const found = b.block(["map-value"]);
  const entry = lookUp(cx, map, keyInMemory(cx, map, key));
  b.branch("ne", entry, b.int(0), { block: found, args: [entry] }, isNone);
  b.switchTo(found);
  b.jump(done, [loadScalar(cx, { base: b.onlyParamOf(found), offset: 0, align: 8 }, type)]);
  b.switchTo(exhausted);
  b.jump(done, [b.int(0)]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

/** @returns whether the key has an entry */
export function hasShared(cx: ProbeLowering, map: SharedMap, key: Value): Value {
  const { b } = cx;
  const home = homeOf(cx, map, () => key);
  const state = stateAt(cx, home);
  const done = b.block(["int"]);
  const [isNot, isElsewhere] = blocks(cx, 2);
  b.branch("eq", presenceIn(cx, map, state), home.present(), { block: done, args: [b.int(1)] }, isNot);
  b.switchTo(isNot);
  b.branch("eq", elsewhereIn(cx, map, state), b.int(0), { block: done, args: [b.int(0)] }, isElsewhere);
  b.switchTo(isElsewhere);
  b.jump(done, [b.compare("ne", lookUp(cx, map, keyInMemory(cx, map, key)), b.int(0))]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

/** @returns whether there was an entry */
export function deleteShared(cx: ProbeLowering, map: SharedMap, key: Value): Value {
  return call(cx, map, "delete", [key], (key) => remove(cx, map, key));
}

function remove(cx: ProbeLowering, map: SharedMap, key: Value): Value {
  const { b } = cx;
  const home = homeOf(cx, map, () => key);
  const done = b.block(["int"]);
  const isNone = { block: done, args: [b.int(0)] };
  const [again, look, exhausted, isHere, isNot, isGone, isElsewhere, isGoneThere] = blocks(cx, 8);
  b.jump(again);
  b.switchTo(again);
  b.mayGoto(look, exhausted, { isBlurred: true });
  b.switchTo(look);
  const state = stateAt(cx, home);
  b.branch("eq", presenceIn(cx, map, state), home.present(), isHere, isNot);
  b.switchTo(isHere);
  exchange(cx, home, { from: state, to: b.alu("xor", state, b.int(PRESENT)) }, { done: isGone, lost: again });
  b.switchTo(isNot);
  b.branch("eq", elsewhereIn(cx, map, state), b.int(0), isNone, isElsewhere);
  b.switchTo(isElsewhere);
  const result = b.call("map_delete_elem", [b.map(map.shared.elsewhere), keyInMemory(cx, map, key)]);
  b.branch("eq", result, b.int(0), isGoneThere, isNone);
  b.switchTo(isGoneThere);
  withdraw(cx, map, home);
  b.jump(isGone);
  b.switchTo(isGone);
  giveBack(cx, map, home);
  b.jump(done, [b.int(1)]);
  b.switchTo(exhausted);
  b.jump(done, [b.int(0)]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

/** What is done to an entry: it is given the value, or the value is added to what it is. */
type Change = "assign" | "add";

/** Assigns. @param schemaId - of the warning that there is no room */
export function assignShared(cx: ProbeLowering, map: SharedMap, { key, value, schemaId }: Changing): void {
  call(cx, map, "assign", [key, value, schemaId], (key, value, schemaId) =>
    change(cx, map, "assign", { key, value, schemaId }),
  );
}

/** Adds to an entry of 8 bytes. @returns what it was; 0 where there was none */
export function addShared(
  cx: ProbeLowering,
  map: SharedMap,
  { key, delta, schemaId }: { readonly key: Value; readonly delta: Value; readonly schemaId: Value },
): Value {
  const { b } = cx;
  const home = homeOf(cx, map, () => key);
  const done = b.block(["int"]);
  const [isHere, isNot] = blocks(cx, 2);
  b.branch("eq", presenceIn(cx, map, stateAt(cx, home)), home.present(), isHere, isNot);
  b.switchTo(isHere);
  b.jump(done, [b.atomicFetchAdd(home.place, VALUE_OFFSET, 8, delta)]);
  b.switchTo(isNot);
  const before = call(cx, map, "add", [key, delta, schemaId], (key, value, schemaId) =>
    change(cx, map, "add", { key, value, schemaId }),
  );
  b.jump(done, [before]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

interface Changing {
  readonly key: Value;
  readonly value: Value;
  readonly schemaId: Value;
}

/** @returns what was there before, of an addition */
function change(cx: ProbeLowering, map: SharedMap, how: Change, { key, value, schemaId }: Changing): Value {
  const { b } = cx;
  const kept = keep(cx, map, key, value);
  const home = homeOf(cx, map, kept.key);
  const [again, look, isHere, isNot, isFree, isTaken, isClaimed] = blocks(cx, 7);
  const [commit, isLate, isAnnounced, lostPlace] = blocks(cx, 4);
  const done = b.block(["int"]);
  const failed = b.block(["int"]);
  const isDone = { block: done, args: [b.int(0)] };
  const [isBusy, isFull] = blocks(cx, 2);

  b.jump(again);
  b.switchTo(again);
  b.mayGoto(look, isBusy, { isBlurred: true });
  b.switchTo(look);
  const state = stateAt(cx, home);
  b.branch("eq", presenceIn(cx, map, state), home.present(), isHere, isNot);
  b.switchTo(isHere);
  if (how === "add") b.jump(done, [b.atomicFetchAdd(home.place, VALUE_OFFSET, 8, kept.value())]);
  else assignHere(cx, map, home, { state, kept, again, isDone });
  b.switchTo(isNot);
  const [isElsewhere, isNowhere, isNotYet] = blocks(cx, 3);
  b.branch("ne", elsewhereIn(cx, map, state), b.int(0), isElsewhere, isNowhere);
  b.switchTo(isElsewhere);
  if (how === "add") addElsewhere(cx, map, { kept, done, isNowhere });
  else {
    const result = updateElsewhere(cx, map, kept, BPF_EXIST);
    b.branch("eq", result, b.int(0), isDone, isNotYet);
    b.switchTo(isNotYet);
    b.branch("eq", result, b.int(-ENOENT), isNowhere, { block: failed, args: [result] });
  }
  b.switchTo(isNowhere);
  takePlace(cx, map, home, { full: isFull });
  b.branch("eq", b.alu("and", state, b.int(marksOf(map.shared))), b.int(0), isFree, isTaken);

  b.switchTo(isFree);
  const claimed = (): Value => b.add(home.present(), b.int(ONE_PIN - PRESENT));
  exchange(cx, home, { from: state, to: claimed() }, { done: isClaimed, lost: lostPlace });
  b.switchTo(isClaimed);
  write(cx, map, home, kept);
  b.jump(commit);
  b.switchTo(commit);
  const now = b.atomicCompareExchange(home.place, 0, claimed(), home.present());
  b.branch("eq", now, claimed(), isDone, isLate);
  // Others have gone elsewhere meanwhile.
  b.switchTo(isLate);
  const leave = b.block();
  b.mayGoto(leave, isBusy, { isBlurred: true });
  b.switchTo(leave);
  const left = b.alu("sub", oneMore(cx, map, now), b.int(ONE_PIN));
  exchange(cx, home, { from: now, to: left }, { done: isAnnounced, lost: commit });

  b.switchTo(isTaken);
  exchange(cx, home, { from: state, to: oneMore(cx, map, state) }, { done: isAnnounced, lost: lostPlace });

  b.switchTo(isAnnounced);
  const result = updateElsewhere(cx, map, kept, BPF_NOEXIST);
  const isNoEntry = b.block();
  b.branch("eq", result, b.int(0), isDone, isNoEntry);
  b.switchTo(isNoEntry);
  withdraw(cx, map, home);
  giveBack(cx, map, home);
  b.branch("eq", result, b.int(-EEXIST), again, { block: failed, args: [result] });

  b.switchTo(lostPlace);
  giveBack(cx, map, home);
  b.jump(again);
  b.switchTo(isBusy);
  b.jump(failed, [b.int(-EBUSY)]);
  // Unless another one has made an entry of the key with the last place.
  b.switchTo(isFull);
  b.branch("eq", stateAt(cx, home), state, { block: failed, args: [b.int(-E2BIG)] }, again);
  b.switchTo(failed);
  warnOfUpdate(cx, schemaId, b.onlyParamOf(failed));
  b.jump(done, [b.int(0)]);
  b.switchTo(done);
  return b.onlyParamOf(done);
}

/** asm-generic/errno-base.h */
const [ENOENT, E2BIG, EBUSY, EEXIST] = [2, 7, 16, 17];

/**
 * Key and value in memory, where the kernel takes them from. They are loaded when they are needed, and not kept in registers: with
 * those the frame would be larger than some kernels allow ("may-goto-in-large-frames").
 */
interface Kept {
  readonly keyAddress: Value;
  readonly valueAddress: Value;
  readonly key: () => Value;
  readonly value: () => Value;
}

function keep(cx: ProbeLowering, map: SharedMap, key: Value, value: Value): Kept {
  const { b } = cx;
  const place = cx.stackPlace(8, 8, "value");
  const keyAddress = keyInMemory(cx, map, key);
  b.store(place.base, place.offset, 8, value);
  return {
    keyAddress,
    valueAddress: cx.addressOf(place),
    key: () => b.loadVolatile(keyAddress, 0, map.shared.keyBytes as 1 | 2 | 4 | 8),
    value: () => b.loadVolatile(place.base, place.offset, 8),
  };
}

function write(cx: ProbeLowering, map: SharedMap, home: Home, kept: Kept): void {
  storeScalar(cx, { base: home.place, offset: VALUE_OFFSET, align: 8 }, map.info.value, kept.value());
}

interface AssigningHere {
  readonly state: Value;
  readonly kept: Kept;
  readonly again: BlockId;
  readonly isDone: { readonly block: BlockId; readonly args: readonly Value[] };
}

function assignHere(
  cx: ProbeLowering,
  map: SharedMap,
  home: Home,
  { state, kept, again, isDone }: AssigningHere,
): void {
  const { b } = cx;
  if (!map.shared.losesKeys) write(cx, map, home, kept);
  else {
    const [mayPin, isPinned] = blocks(cx, 2);
    b.branch("ne", b.alu("and", state, b.int(MOST_PINS)), b.int(MOST_PINS), mayPin, isDone);
    b.switchTo(mayPin);
    exchange(cx, home, { from: state, to: b.add(state, b.int(ONE_PIN)) }, { done: isPinned, lost: again });
    b.switchTo(isPinned);
    write(cx, map, home, kept);
    b.atomicAdd(home.place, 0, 8, b.int(-ONE_PIN));
  }
  b.jump(isDone.block, [...isDone.args]);
}

interface AddingElsewhere {
  readonly kept: Kept;
  /** With what was there. */
  readonly done: BlockId;
  readonly isNowhere: BlockId;
}

function addElsewhere(cx: ProbeLowering, map: SharedMap, { kept, done, isNowhere }: AddingElsewhere): void {
  const { b } = cx;
  const found = b.block(["map-value"]);
  const entry = lookUp(cx, map, kept.keyAddress);
  b.branch("ne", entry, b.int(0), { block: found, args: [entry] }, isNowhere);
  b.switchTo(found);
  b.jump(done, [b.atomicFetchAdd(b.onlyParamOf(found), 0, 8, kept.value())]);
}

/** A state with one more key elsewhere, unless there are too many to count. */
function oneMore(cx: ProbeLowering, map: SharedMap, state: Value): Value {
  const { b } = cx;
  return b.choose("eq", elsewhereIn(cx, map, state), b.int(elsewhereOf(map.shared)), {
    then: () => state,
    otherwise: () => b.add(state, b.int(ONE_ELSEWHERE)),
  });
}

/** One key less is elsewhere. */
function withdraw(cx: ProbeLowering, map: SharedMap, home: Home): void {
  const { b } = cx;
  const [again, look, isCounted, done] = blocks(cx, 4);
  b.jump(again);
  b.switchTo(again);
  // It may stay counted: then the slot is not used.
  b.mayGoto(look, done, { isBlurred: true });
  b.switchTo(look);
  const state = stateAt(cx, home);
  b.branch("eq", elsewhereIn(cx, map, state), b.int(elsewhereOf(map.shared)), done, isCounted);
  b.switchTo(isCounted);
  exchange(cx, home, { from: state, to: b.add(state, b.int(-ONE_ELSEWHERE)) }, { done, lost: again });
  b.switchTo(done);
}

// ---------------------------------------------------------------- the hash

function keyInMemory(cx: ProbeLowering, { shared }: SharedMap, key: Value): Value {
  const place = cx.stackPlace(shared.keyBytes, 8, "key");
  cx.b.store(place.base, place.offset, shared.keyBytes as 1 | 2 | 4 | 8, key);
  return cx.addressOf(place);
}

const lookUp = ({ b }: ProbeLowering, { shared }: SharedMap, key: Value): Value =>
  b.call("map_lookup_elem", [b.map(shared.elsewhere), key]);

/** Of the value the kernel takes as many bytes as it has. @returns 0 or an error */
function updateElsewhere({ b }: ProbeLowering, { shared }: SharedMap, kept: Kept, flags: number): Value {
  const args = [b.map(shared.elsewhere), kept.keyAddress, kept.valueAddress, b.int(flags)];
  return b.extend(b.call("map_update_elem", args), 32, true);
}

// ---------------------------------------------------------------- functions

/** Calls what is a function of its own for each map, unless this is one. */
function call<A extends readonly Value[]>(
  cx: ProbeLowering,
  { index }: SharedMap,
  what: string,
  args: A,
  body: (...args: A) => Value,
): Value {
  if (cx.isInOutline) return body(...args);
  const outline = { name: `${what}_${index}`, args, changes: "everything", isVerifiedAlone: true } as const;
  return cx.callOutline({ ...outline, isOptimal: true }, (args: A) => body(...args));
}

type Blocks<N extends number, B extends readonly BlockId[] = []> = B["length"] extends N
  ? B
  : Blocks<N, [...B, BlockId]>;

const blocks = <N extends number>({ b }: ProbeLowering, count: N): Blocks<N> =>
  Array.from({ length: count }, () => b.block()) as unknown as Blocks<N>;
