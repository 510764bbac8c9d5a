/**
 * Loops (language.md 13). What those over ranges, `while` and `unroll` become is settled when the program is whole
 * (`../settle/settle-loops.ts`); loops over maps are callbacks, which return 0 to go on and 1 to stop.
 */
import type { AnyNode, For, MapRef, Range, Unroll, While } from "../../grammar/index.js";
import { children } from "../../grammar/index.js";
import { isDivergingCall } from "../language/diverging.js";
import { arrayOfTailCall } from "../language/tail-call.js";
import { finishTailCall } from "./program-arrays.js";
import { InternalError } from "../internal-error.js";
import type { BlockId, Value } from "../ir/ir.js";
import { layoutOf } from "../types/layout.js";
import { promote } from "../types/promote.js";
import type { Type } from "../types/type.js";
import { readInteger } from "./aggregations.js";
import { convertScalar } from "./convert.js";
import { conditionOf } from "./conditions.js";
import type { Place } from "../language/lowering.js";
import { atOffset, copyMemory, storeScalar } from "./memory.js";
import type { ProbeLowering } from "./probe-lowering.js";
import { sendWarning } from "./warnings.js";

/** Where `break` and `continue` go. */
export type LoopTarget =
  { readonly kind: "inline"; readonly onBreak: BlockId; readonly onContinue: BlockId } | { readonly kind: "callback" };

const GO_ON = 0;
const STOP = 1;

export function leaveLoop(cx: ProbeLowering, how: "break" | "continue"): void {
  const target = cx.loops.at(-1);
  if (target === undefined) throw new InternalError("lower", `${how} outside of a loop`);
  if (target.kind === "inline") cx.b.jump(how === "break" ? target.onBreak : target.onContinue);
  else cx.b.exit(cx.b.int(how === "break" ? STOP : GO_ON));
}

// ---------------------------------------------------------------- ranges and while

/** Both bounds are evaluated once; the script's own variable may change without changing the count. */
export function lowerRange(cx: ProbeLowering, node: For, range: Range): void {
  const { b } = cx;
  const { type } = cx.typed.variableOf(node.variable);
  const common = promote(cx.typeOf(range.start), cx.typeOf(range.end)) ?? type;
  const isSigned = common.kind === "int" && common.isSigned;
  const start = convertScalar(b, cx.value(range.start), cx.typeOf(range.start), common);
  const end = convertScalar(b, cx.value(range.end), cx.typeOf(range.end), common);
  const counter = counterOf(cx);
  const limit = counterOf(cx);
  counter.set(cx, start);
  limit.set(cx, end);
  iterate(cx, node, {
    head: () => ({ condition: isSigned ? "slt" : "ult", left: counter.get(cx), right: limit.get(cx) }),
    body: () => {
      cx.setScalar(node.variable, convertScalar(cx.b, counter.get(cx), common, type));
      cx.lowerBlock(node.body);
    },
    step: () => countTurn(cx, counter),
  });
}

export function lowerWhile(cx: ProbeLowering, node: While): void {
  iterate(cx, node, {
    head: () => ({ condition: "ne", left: conditionOf(cx, node.condition), right: cx.b.int(0) }),
    body: () => void cx.lowerBlock(node.body),
    step: () => undefined,
  });
}

/** Turns differ by nothing but what they find in variables and maps. Its `break` and `continue` belong to a loop around it. */
export function lowerUnroll(cx: ProbeLowering, { count, body }: Unroll): void {
  const turns = count.kind === "integer" ? Number(count.value) : 0;
  if (turns === 0) return;
  if (turns === 1) return void cx.lowerBlock(body);
  const { b } = cx;
  const [top, inside, after] = [b.block(), b.block(), b.block()];
  b.jump(top);
  b.switchTo(top);
  b.loop(inside, after, turns);
  b.switchTo(inside);
  cx.inLoop(() => void cx.lowerBlock(body));
  b.jump(top);
  b.switchTo(after);
}

function countTurn(cx: ProbeLowering, counter: Counter): void {
  counter.set(cx, cx.b.add(counter.get(cx), cx.b.int(1)));
}

interface Iteration {
  /** Goes on while it holds. */
  readonly head: () => { readonly condition: "slt" | "ult" | "ne"; readonly left: Value; readonly right: Value };
  readonly body: () => void;
  readonly step: () => void;
}

/** A number of our own that lives as long as the loop. */
interface Counter {
  readonly get: (cx: ProbeLowering) => Value;
  readonly set: (cx: ProbeLowering, value: Value) => void;
}

function counterOf(cx: ProbeLowering): Counter {
  const home = cx.memory.lasting();
  const at = (now: ProbeLowering): Place => now.placeIn(home, 8, "counter");
  return {
    get: (now) => now.b.load(at(now).base, at(now).offset, 8),
    set: (now, value) => now.b.store(at(now).base, at(now).offset, 8, value),
  };
}

function iterate(cx: ProbeLowering, node: For | While, { head, body, step }: Iteration): void {
  const { b } = cx;
  const [top, test, inside, next, exhausted, after] = [1, 2, 3, 4, 5, 6].map(() => b.block()) as [
    BlockId,
    BlockId,
    BlockId,
    BlockId,
    BlockId,
    BlockId,
  ];
  b.jump(top);
  b.switchTo(top);
  b.loop(test, exhausted, undefined);
  b.switchTo(test);
  cx.inLoop(() => {
    const { condition, left, right } = head();
    b.branch(condition, left, right, inside, after);
    b.switchTo(inside);
    cx.loops.push({ kind: "inline", onBreak: after, onContinue: next });
    body();
    cx.loops.pop();
    b.jump(next);
    b.switchTo(next);
    step();
    b.jump(top);
  });
  b.switchTo(exhausted);
  warnOfLimit(cx, node);
  b.jump(after);
  b.switchTo(after);
}

/** The kernel lets no loop go on for ever; `bpf_loop` would not even start one of so many rounds. */
function warnOfLimit(cx: ProbeLowering, node: For | While): void {
  sendWarning(cx, { kind: "helper", helper: "loop", span: node.span }, cx.b.int(-E2BIG));
}

/** include/uapi/asm-generic/errno-base.h */
const E2BIG = 7;

/** Loops that are no part of the script: see {@link Lowering.repeat}. */
export function repeat(cx: ProbeLowering, times: Value, body: (turn: Value, stop: () => void) => void): void {
  const callback = cx.callback(["int", "frame"], ([turn]) => {
    if (turn !== undefined) body(turn, () => cx.b.exit(cx.b.int(STOP)));
  });
  const { b } = cx;
  b.call("loop", [times, b.functionReference(callback.index), callback.argument(), b.int(0)]);
}

// ---------------------------------------------------------------- maps

/** The loop variable is the tuple of key and value; aggregations come as the integer of all CPUs together. */
export function lowerMapLoop(cx: ProbeLowering, node: For, over: MapRef): void {
  const map = cx.module.scriptMap(over.name, over.span);
  const { info } =
    cx.typed.variableOf(node.variable).type.kind === "tuple" ? cx.variable(node.variable) : { info: undefined };
  if (info?.type.kind !== "tuple" || map.info.key === undefined)
    throw new InternalError("lower", "not a map loop", node.span);
  const { type } = info;
  const [keyType, valueType] = type.elements;
  const key = map.info.key;
  if (keyType === undefined || valueType === undefined) throw new InternalError("lower", "no pair", node.span);
  const leaving = prepareLeaving(cx, node);
  const callback = cx.callback(["map", "memory", "map-value", "frame"], ([, keyAddress, entry]) => {
    if (keyAddress === undefined || entry === undefined) return;
    const { place } = cx.variable(node.variable);
    const layout = layoutOf(type);
    cx.b.zero(place.base, place.offset, layout.sizeBytes, place.align);
    copyMemory(cx, { base: keyAddress, offset: 0, align: 8 }, key, keyType, atOffset(place, layout.offsets[0] ?? 0));
    writeValue(cx, { keyAddress, entry }, map, valueType, atOffset(place, layout.offsets[1] ?? 0));
    cx.loops.push({ kind: "callback" });
    cx.lowerBlock(node.body);
    cx.loops.pop();
  });
  const { b } = cx;
  b.call("for_each_map_elem", [b.map(map.index), b.functionReference(callback.index), callback.argument(), b.int(0)]);
  leaving.check();
}

function writeValue(
  cx: ProbeLowering,
  { keyAddress, entry }: { readonly keyAddress: Value; readonly entry: Value },
  map: ReturnType<ProbeLowering["module"]["scriptMap"]>,
  valueType: Type,
  place: Place,
): void {
  const type = map.info.value;
  if (type.kind === "aggregation") storeScalar(cx, place, valueType, readInteger(cx, map, keyAddress, type));
  else copyMemory(cx, { base: entry, offset: 0, align: 8 }, type, valueType, place);
}

// ---------------------------------------------------------------- leaving the probe from a callback

/**
 * `return` and `exit()` in a callback: a flag and a value in scratch, and the callback stops; whoever called it
 * looks at the flag and leaves too. The same with `tail_call()`, if there is a program: what was called would return to
 * the loop. So the value is the slot, and the call is done where all loops have been left.
 */
interface Leaving {
  readonly check: () => void;
}

const FLAG_OFFSET = 0;
const VALUE_OFFSET = 8;

/** Values of the flag. Behind them come the tail calls of the body. */
const LEAVES = 1;

function prepareLeaving(cx: ProbeLowering, loop: AnyNode): Leaving {
  if (!mayLeave(cx, loop)) return { check: () => undefined };
  const state = cx.leaveState();
  cx.b.store(state.base, state.offset + FLAG_OFFSET, 8, cx.b.int(0));
  const firstTailCall = cx.leftForTailCalls.length;
  return {
    check: () => {
      const { b } = cx;
      const here = cx.leaveState();
      const flag = b.load(here.base, here.offset + FLAG_OFFSET, 8);
      b.if("ne", flag, b.int(0), {
        then: () => {
          if (cx.isInCallback) return b.exit(b.int(STOP));
          for (const [i, { name, span }] of cx.leftForTailCalls.entries()) {
            if (i < firstTailCall) continue;
            const slot = (): Value => b.load(here.base, here.offset + VALUE_OFFSET, 8);
            b.if("eq", flag, b.int(LEAVES + i + 1), { then: () => finishTailCall(cx, name, slot(), span) });
          }
          if (returnsValue(loop)) b.exit(b.load(here.base, here.offset + VALUE_OFFSET, 8));
          // Some kinds of programs must return what the verifier can see to be right.
          else b.exit(b.int(cx.context.returns));
        },
      });
    },
  };
}

const mayLeave = (cx: ProbeLowering, node: AnyNode): boolean =>
  node.kind === "return" ||
  isDivergingCall(cx.language, node) ||
  arrayOfTailCall(cx.language, node) !== undefined ||
  children(node).some((child) => mayLeave(cx, child));

const returnsValue = (node: AnyNode): boolean =>
  (node.kind === "return" && node.value !== undefined) || children(node).some(returnsValue);

/** From inside of a callback. */
export function leaveProbe(cx: ProbeLowering, value: Value | undefined): void {
  leave(cx, LEAVES, value ?? cx.b.int(cx.context.returns));
}

/** @param number - of the tail call, from 1 */
export function leaveForTailCall(cx: ProbeLowering, number: number, slot: Value): void {
  leave(cx, LEAVES + number, slot);
}

function leave(cx: ProbeLowering, flag: number, value: Value): void {
  const state = cx.leaveState();
  cx.b.store(state.base, state.offset + FLAG_OFFSET, 8, cx.b.int(flag));
  cx.b.store(state.base, state.offset + VALUE_OFFSET, 8, value);
  cx.b.exit(cx.b.int(STOP));
}
