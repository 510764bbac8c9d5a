/** Places of shared tables, without which no key has an entry: see `kernel/shared-table.ts`. */
import type { BlockId, Value } from "../ir/ir.js";
import {
  GROUP_BYTES,
  GROUP_SLOTS,
  groupsPerPlaces,
  groupsWithPlaces,
  PLACES_USED_OFFSET,
  placesAtOnce,
  placesOffset,
} from "../kernel/shared-table.js";
import type { ProbeLowering } from "./probe-lowering.js";
import type { Home, SharedMap } from "./shared-entries.js";

/** Where those for the home are counted. */
function placesOf({ b }: ProbeLowering, { index, shared }: SharedMap, { slot }: Home): Value {
  const group = b.alu("and", slot(), b.int(-GROUP_SLOTS * groupsPerPlaces(shared)));
  return b.add(b.mapValue(index, placesOffset(0)), b.alu("mul", group, b.int(GROUP_BYTES / GROUP_SLOTS)));
}

export function giveBack(cx: ProbeLowering, map: SharedMap, home: Home): void {
  cx.b.atomicAdd(placesOf(cx, map, home), 0, 8, cx.b.int(1));
}

/** Goes on with one, or to `full`. */
export function takePlace(cx: ProbeLowering, map: SharedMap, home: Home, { full }: { readonly full: BlockId }): void {
  const { b } = cx;
  const places = placesOf(cx, map, home);
  const [again, look, none, got] = [b.block(), b.block(), b.block(), b.block()];
  b.jump(again);
  b.switchTo(again);
  b.mayGoto(look, full, { isBlurred: true });
  b.switchTo(look);
  takeOne(cx, places, { none, lost: again, got });
  b.switchTo(none);
  takeUnused(cx, map, places, { got });
  takeFromOthers(cx, map, { got, full });
  b.switchTo(got);
}

interface TakingOne {
  readonly none: BlockId;
  /** Another one was faster. */
  readonly lost: BlockId;
  readonly got: BlockId;
}

function takeOne({ b }: ProbeLowering, places: Value, { none, lost, got }: TakingOne): void {
  const some = b.block();
  const count = b.loadVolatile(places, 0, 8);
  b.branch("eq", count, b.int(0), none, some);
  b.switchTo(some);
  b.branch("eq", b.atomicCompareExchange(places, 0, count, b.add(count, b.int(-1))), count, got, lost);
}

/** Goes on when there are none. Several are taken at once, for the group. */
function takeUnused(cx: ProbeLowering, map: SharedMap, places: Value, { got }: { readonly got: BlockId }): void {
  const { b } = cx;
  const { maxKeys } = map.shared;
  const used = b.mapValue(map.index, PLACES_USED_OFFSET);
  const more = placesAtOnce(map.shared);
  const [again, look, some, taken, none] = [b.block(), b.block(), b.block(), b.block(), b.block()];
  b.jump(again);
  b.switchTo(again);
  b.mayGoto(look, none, { isBlurred: true });
  b.switchTo(look);
  const count = b.loadVolatile(used, 0, 8);
  b.branch("ult", count, b.int(maxKeys), some, none);
  b.switchTo(some);
  const number = b.choose("ule", count, b.int(maxKeys - more), {
    then: () => b.int(more),
    otherwise: () => b.int(1),
  });
  b.branch("eq", b.atomicCompareExchange(used, 0, count, b.add(count, number)), count, taken, again);
  b.switchTo(taken);
  b.atomicAdd(places, 0, 8, b.add(number, b.int(-1)));
  b.jump(got);
  b.switchTo(none);
}

/**
 * So often all are asked: others hold a place for a moment more than there are keys, when they come too late with a new key, or have just
 * deleted one.
 */
const TURNS = 3;

function takeFromOthers(
  cx: ProbeLowering,
  map: SharedMap,
  { got, full }: { readonly got: BlockId; readonly full: BlockId },
): void {
  const { b } = cx;
  const groups = groupsWithPlaces(map.shared);
  const looks = groups * TURNS;
  const groupBytes = GROUP_BYTES * groupsPerPlaces(map.shared);
  const next = b.block(["int"]);
  const [inside, look] = [b.block(), b.block()];
  b.jump(next, [b.int(0)]);
  b.switchTo(next);
  const turn = b.onlyParamOf(next);
  b.mayGoto(inside, full);
  b.switchTo(inside);
  b.branch("ult", turn, b.int(looks), look, full);
  b.switchTo(look);
  const group = b.alu("and", turn, b.int(groups - 1));
  const places = b.add(b.mapValue(map.index, placesOffset(0)), b.alu("mul", group, b.int(groupBytes)));
  const [none, lost] = [b.block(), b.block()];
  takeOne(cx, places, { none, lost, got });
  b.switchTo(lost);
  b.jump(next, [turn]);
  b.switchTo(none);
  b.jump(next, [b.add(turn, b.int(1))]);
}
