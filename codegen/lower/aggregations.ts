/** Reading an aggregation in the kernel: the slots of all CPUs combined (language.md 12.3). */
import type { Expr } from "../../grammar/index.js";
import { InternalError } from "../internal-error.js";
import type { Value } from "../ir/ir.js";
import { type Reading, slotBytes } from "../language/aggregation.js";
import { aggregationNamed } from "../language/language.js";
import { memory, type Operand, type Place, scalar } from "../language/lowering.js";
import { sizeOf } from "../types/layout.js";
import type { AggregationType } from "../types/type.js";
import { keyOf } from "./keys.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";

/** As a value: an integer, or a record of several. */
export function readAggregation(
  cx: ProbeLowering,
  map: LoweredMap,
  key: Expr | undefined,
  type: AggregationType,
): Operand {
  const values = mergeSlots(cx, map, keyOf(cx, map.info, key), type);
  if (type.of.reads === "integer") return scalar(only(values, map));
  const place = cx.temporary(sizeOf(type), 8, type.of.name);
  for (const [i, value] of values.entries()) cx.b.store(place.base, place.offset + 8 * i, 8, value);
  return memory(place);
}

/** As an integer. @param keyAddress - of a key in memory */
export const readInteger = (cx: ProbeLowering, map: LoweredMap, keyAddress: Value, type: AggregationType): Value =>
  only(mergeSlots(cx, map, keyAddress, type), map);

function only([value, ...others]: readonly Value[], { info }: LoweredMap): Value {
  if (value === undefined || others.length > 0)
    throw new InternalError("lower", `${info.name} is no integer`, info.span);
  return value;
}

function mergeSlots(cx: ProbeLowering, map: LoweredMap, keyAddress: Value, type: AggregationType): readonly Value[] {
  const reading = aggregationNamed(cx.language, type.of.name)?.reading;
  if (reading === undefined)
    throw new InternalError("lower", `${type.of.name} cannot be read as a value`, map.info.span);
  return reading.values(cx, foldSlots(cx, map, keyAddress, { type, fold: reading.fold }), type);
}

interface Folding extends Pick<Reading, "fold"> {
  readonly type: AggregationType;
}

/** All CPUs' slots in one, laid out as they are. */
function foldSlots(cx: ProbeLowering, map: LoweredMap, keyAddress: Value, { type, fold }: Folding): Place {
  const { b } = cx;
  const bytes = map.slot === undefined ? 0 : slotBytes(map.slot);
  const state: Place = cx.stackPlace(bytes, 8, "merged");
  b.zero(state.base, state.offset, bytes, 8);
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
