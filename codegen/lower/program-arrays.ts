/**
 * Arrays of programs. Programs can go on to what is in one, and can neither look into it nor change it. So what the
 * script puts there is in a hash, a script map like others, and user space does in the array what is done in the hash.
 */
import type { Expr, Span } from "../../grammar/index.js";
import type { MapIndex, Value } from "../ir/ir.js";
import { BPF_ANY } from "../kernel/bpf.js";
import type { Place } from "../language/lowering.js";
import { PROGRAM, UINT64 } from "../types/type.js";
import type { LoweredMap } from "./module.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { sendWarning } from "./warnings.js";

interface ProgramArrayMap extends LoweredMap {
  readonly programs: NonNullable<LoweredMap["programs"]>;
}

export const isProgramArray = (map: LoweredMap): map is ProgramArrayMap => map.programs !== undefined;

/** Goes on to the program in a slot, for good; or nowhere, when there is none. */
export function tailCall(cx: ProbeLowering, name: string, slot: Value, span: Span): void {
  const { b } = cx;
  const map = cx.module.scriptMap(name, span);
  if (!isProgramArray(map)) throw new RangeError(`${name} is no array of programs`);
  // The kernel would look at the low half of the number only.
  const then = (): void => {
    if (cx.isInCallback) ifFilled(cx, map, slot, () => cx.leaveForTailCall(name, slot, span));
    else goOn(cx, map, slot, span);
  };
  b.if("ult", slot, b.int(map.programs.slots), { then });
}

/** Behind it: there was no program, or too many have come before this one, which is told. */
function goOn(cx: ProbeLowering, map: ProgramArrayMap, slot: Value, span: Span): void {
  const { b } = cx;
  const { programs } = map;
  haveFunctionTold(cx);
  const warn = (): void => sendWarning(cx, { kind: "tail-call-limit", helper: undefined, span }, b.int(0));
  const call = (array: MapIndex, number: Value): void =>
    void b.call("tail_call", [cx.contextPointer(), b.map(array), number]);
  const bySlot = isAheadOfArrays(cx) ? undefined : programs.bySlot;
  if (bySlot !== undefined && !cx.isInLoop) {
    call(bySlot.array, slot);
    return ifFilled(cx, map, slot, warn);
  }
  ifFilled(cx, map, slot, (program) => {
    const number = bySlot === undefined ? b.load(program, 0, 8) : slot;
    const array = bySlot?.array ?? programs.byNumber();
    if (cx.isInLoop) return afterLoops(cx, number, (number) => (call(array, number), warn()));
    call(array, number);
    warn();
  });
}

/** Does the last thing of all behind the loops, some of which may be callbacks; the value gets there through memory. */
function afterLoops(cx: ProbeLowering, value: Value, last: (value: Value) => void): void {
  const { b } = cx;
  const place = cx.placeIn(cx.memory.lasting(), 8, "number");
  b.store(place.base, place.offset, 8, value);
  const behind = b.block();
  b.jump(behind);
  b.switchTo(behind);
  last(b.load(place.base, place.offset, 8));
  cx.returnFromProbe();
}

/** What `begin` and the programs behind it put into slots is in the arrays when they have run; what is meant is in the hash at once. */
const isAheadOfArrays = ({ context: { schedule } }: ProbeLowering): boolean =>
  schedule.runs === "before" || (schedule.runs === "called" && schedule.isBefore === true);

/** @param then - is given where the number of the program is, or something else that is not 0 */
function ifFilled(cx: ProbeLowering, map: ProgramArrayMap, slot: Value, then: (entry: Value) => void): void {
  const { b } = cx;
  const { bySlot } = map.programs;
  if (bySlot === undefined || isAheadOfArrays(cx)) {
    const found = b.call("map_lookup_elem", [b.map(map.index), cx.addressOf(keyPlace(cx, slot))]);
    return void b.ifNotNull(found, { found: then });
  }
  const key = cx.stackPlace(4, 4, "slot");
  b.store(key.base, key.offset, 4, slot);
  b.ifNotNull(b.call("map_lookup_elem", [b.map(bySlot.filled), cx.addressOf(key)]), {
    found: (entry) => b.if("ne", b.load(entry, 0, 4), b.int(0), { then: () => then(entry) }),
  });
}

/** What has been left for a tail call: see {@link ProbeLowering.leaveForTailCall}. */
export function finishTailCall(cx: ProbeLowering, name: string, slot: Value, span: Span): void {
  const map = cx.module.scriptMap(name, span);
  if (isProgramArray(map)) goOn(cx, map, slot, span);
}

/**
 * A trampoline notes which function it is of only if the program that it calls asks for it; what that goes on to finds
 * what happens to be there. So whoever goes on asks, and takes an answer that there never is for a reason to leave.
 */
function haveFunctionTold(cx: ProbeLowering): void {
  const { programType, func } = cx.context;
  if (programType !== "tracing" || func?.from !== "get_func_ip") return;
  const { b } = cx;
  b.if("eq", b.call("get_func_ip", [cx.contextPointer()]), b.int(0), { then: () => cx.returnFromProbe() });
}

/** `@m[K] = PROGRAM`: the right side is evaluated before the key. What holds no program empties the slot. */
export function putProgram(
  cx: ProbeLowering,
  map: ProgramArrayMap,
  { key, value, span }: { readonly key: Expr; readonly value: Expr; readonly span: Span },
): void {
  const { b } = cx;
  const program = cx.inMemory(value, PROGRAM);
  const slot = cx.valueAs(key, UINT64);
  const place = keyPlace(cx, slot);
  const put = (): void => {
    const args = [b.map(map.index), cx.addressOf(place), cx.addressOf(program), b.int(BPF_ANY)];
    cx.checkHelper("map_update_elem", b.call("map_update_elem", args), span, 1);
    sendChange(cx, map, slot, span);
  };
  const remove = (): void => {
    b.call("map_delete_elem", [b.map(map.index), cx.addressOf(place)]);
    sendChange(cx, map, slot, span);
  };
  b.if("ult", slot, b.int(map.programs.slots), {
    then: () => {
      if (value.kind === "identifier") put();
      else b.if("ne", b.load(program.base, program.offset, 8), b.int(0), { then: put, otherwise: remove });
    },
    otherwise: () => sendWarning(cx, { kind: "slot-range", helper: undefined, span }, b.int(0)),
  });
}

/** @returns 1 if there was a program */
export function removeProgram(cx: ProbeLowering, map: ProgramArrayMap, key: Expr, span: Span): Value {
  const { b } = cx;
  const slot = cx.valueAs(key, UINT64);
  const result = b.call("map_delete_elem", [b.map(map.index), cx.addressOf(keyPlace(cx, slot))]);
  const wasThere = b.compare("eq", result, b.int(0));
  b.if("ne", wasThere, b.int(0), { then: () => sendChange(cx, map, slot, span) });
  return wasThere;
}

function keyPlace(cx: ProbeLowering, slot: Value): Place {
  const place = cx.stackPlace(8, 8, "slot");
  cx.b.store(place.base, place.offset, 8, slot);
  return place;
}

/** What has been put in before anything is attached is there when that is done, without being told. */
function sendChange(cx: ProbeLowering, map: ProgramArrayMap, slot: Value, span: Span): void {
  if (cx.context.schedule.runs === "before" || map.programs.bySlot === undefined) return;
  cx.sendEvent({
    action: "fill-slot",
    mustArrive: "queued",
    fields: [{ name: "slot", type: UINT64, value: slot }],
    site: { map: map.scriptIndex },
    span,
  });
}
