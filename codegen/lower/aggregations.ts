/** Reading an aggregation in the kernel: the slots of all CPUs combined (language.md 12.3). */
import type { Expr } from "../../grammar/index.js";
import { COUNT_OFFSET, IS_SET_OFFSET, STATS_OFFSETS, VALUE_OFFSET } from "../vocabulary/aggregation-layout.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { sizeOf } from "../types/layout.js";
import type { AggregationType } from "../types/type.js";
import { keyOf } from "./keys.js";
import type { Place } from "../language/lowering.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";

export function readAggregation(
  cx: ProbeLowering,
  map: LoweredMap,
  key: Expr | undefined,
  type: AggregationType,
): Value {
  return mergeSlots(cx, map, keyOf(cx, map.info, key), type);
}

/** `stats` as a value: a record of three numbers. */
export function readStats(cx: ProbeLowering, map: LoweredMap, key: Expr | undefined, type: AggregationType): Place {
  const { b } = cx;
  const state = foldSlots(cx, map, keyOf(cx, map.info, key), type);
  const total = b.load(state.base, state.offset + VALUE_OFFSET, 8);
  const count = b.load(state.base, state.offset + COUNT_OFFSET, 8);
  const place = cx.temporary(sizeOf(type), 8, "stats");
  b.store(place.base, place.offset + STATS_OFFSETS.count, 8, count);
  b.store(place.base, place.offset + STATS_OFFSETS.average, 8, average(cx, total, count, type));
  b.store(place.base, place.offset + STATS_OFFSETS.total, 8, total);
  return place;
}

/** @param keyAddress of a key in memory */
export function mergeSlots(cx: ProbeLowering, map: LoweredMap, keyAddress: Value, type: AggregationType): Value {
  const { b } = cx;
  const state = foldSlots(cx, map, keyAddress, type);
  const total = b.load(state.base, state.offset + VALUE_OFFSET, 8);
  return type.of === "avg" ? average(cx, total, b.load(state.base, state.offset + COUNT_OFFSET, 8), type) : total;
}

/** All CPUs' slots in one, laid out as they are. */
function foldSlots(cx: ProbeLowering, map: LoweredMap, keyAddress: Value, type: AggregationType): Place {
  const fold = FOLDS[type.of];
  if (fold === undefined) throw new InternalError("lower", `${type.of} cannot be read as a value`, map.info.span);
  const { b } = cx;
  const state: Place = cx.stackPlace(16, 8, "merged");
  b.zero(state.base, state.offset, 16, 8);
  forEachCpu(cx, (cpu) => {
    const slot = b.call("map_lookup_percpu_elem", [b.map(map.index), keyAddress, cpu]);
    b.ifNotNull(slot, { found: (entry) => fold(cx, state, entry, type) });
  });
  return state;
}

/** The counter lives in memory and is bounded where it is used, which keeps the verifier's work small. */
function forEachCpu(cx: ProbeLowering, visit: (cpu: Value) => void): void {
  const { b } = cx;
  const counter = cx.stackPlace(8, 8, "cpu");
  b.store(counter.base, 0, 8, b.int(0));
  const head = b.block();
  const body = b.block();
  const after = b.block();
  b.jump(head);
  b.switchTo(head);
  const cpu = b.load(counter.base, 0, 8);
  b.branch("ult", cpu, b.int(cx.facts.possibleCpus), body, after);
  b.switchTo(body);
  visit(cpu);
  b.store(counter.base, 0, 8, b.add(b.load(counter.base, 0, 8), b.int(1)));
  b.jump(head);
  b.switchTo(after);
}

type Fold = (cx: ProbeLowering, state: Place, entry: Value, type: AggregationType) => void;

const addAt = (cx: ProbeLowering, state: Place, entry: Value, offset: number): void =>
  cx.b.store(state.base, offset, 8, cx.b.add(cx.b.load(state.base, offset, 8), cx.b.load(entry, offset, 8)));

const addValue: Fold = (cx, state, entry) => addAt(cx, state, entry, VALUE_OFFSET);

const addTotal: Fold = (cx, state, entry) => {
  addAt(cx, state, entry, VALUE_OFFSET);
  addAt(cx, state, entry, COUNT_OFFSET);
};

const keepExtreme =
  (signed: "slt" | "sgt", unsigned: "ult" | "ugt"): Fold =>
  (cx, state, entry, type) => {
    const { b } = cx;
    const take = (): void => {
      b.store(state.base, VALUE_OFFSET, 8, b.load(entry, VALUE_OFFSET, 8));
      b.store(state.base, IS_SET_OFFSET, 8, b.int(1));
    };
    b.if("ne", b.load(entry, IS_SET_OFFSET, 8), b.int(0), {
      then: () =>
        b.if("eq", b.load(state.base, IS_SET_OFFSET, 8), b.int(0), {
          then: take,
          otherwise: () =>
            b.if(
              type.isSigned ? signed : unsigned,
              b.load(entry, VALUE_OFFSET, 8),
              b.load(state.base, VALUE_OFFSET, 8),
              { then: take },
            ),
        }),
    });
  };

const FOLDS: Partial<Record<AggregationType["of"], Fold>> = {
  count: addValue,
  sum: addValue,
  min: keepExtreme("slt", "ult"),
  max: keepExtreme("sgt", "ugt"),
  avg: addTotal,
  stats: addTotal,
};

/** Truncates towards zero; 0 without data. BPF divides unsigned, and x / 0 is 0. */
function average(cx: ProbeLowering, total: Value, count: Value, type: AggregationType): Value {
  const { b } = cx;
  if (!type.isSigned) return b.alu("div", total, count);
  return b.choose("slt", total, b.int(0), {
    then: () => b.alu("sub", b.int(0), b.alu("div", b.alu("sub", b.int(0), total), count)),
    otherwise: () => b.alu("div", total, count),
  });
}
