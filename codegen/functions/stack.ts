/** What `kstack` and `ustack` have in common: their arguments (stdlib.md 12), and how a stack is captured. */
import type { Call, Expr, Span } from "../../grammar/index.js";
import type { Config } from "../config.js";
import { type Lowering, memory, type Operand, type Place } from "../language/lowering.js";
import { sizeOf } from "../types/layout.js";
import type { StackMode, StackType } from "../types/type.js";
import {
  type CallCheck,
  type CallTyping,
  defineFunction,
  type Doc,
  type FunctionDefinition,
} from "../language/function.js";
import { storeUserOrigin } from "./user-origin.js";

const DEFAULT_LIMIT = 127;
const MAX_LIMIT = 1024n;
const MODES: ReadonlySet<string> = new Set<StackMode>(["bpftrace", "perf", "raw", "build_id"]);

/** linux/bpf.h */
const BPF_F_USER_STACK = 1 << 8;
const BPF_F_USER_BUILD_ID = 1 << 11;

type StackName = "kstack" | "ustack";

export const defineStack = (name: StackName, doc: Doc): FunctionDefinition =>
  defineFunction({
    name,
    doc,
    // Which is which the check finds out: a single argument may be either.
    params: [
      { name: "mode", kind: "name", isOptional: true },
      { name: "limit", kind: "name", isOptional: true },
    ],
    result: resultType,
    check: checkArguments,
    lower: (cx, call) => captured(cx, call),
    lowerInto: (cx, call, place) => capture(cx, typeOf(cx, call), place, call.span),
  });

/** Of the bare word. */
export function defaultStack(name: StackName, { stackMode }: Config): StackType {
  const mode = name === "kstack" && stackMode === "build_id" ? "raw" : stackMode;
  return { kind: "stack", isUser: name === "ustack", mode, limit: DEFAULT_LIMIT };
}

// ---------------------------------------------------------------- arguments

interface StackArguments {
  readonly mode: Expr | undefined;
  readonly limit: Expr | undefined;
}

function argumentsOf({ args }: Call): StackArguments {
  const [first, second] = args;
  if (second !== undefined) return { mode: first, limit: second };
  return first?.kind === "identifier" ? { mode: first, limit: undefined } : { mode: undefined, limit: first };
}

/** Wrong arguments count as left out: more is not to be said about the value. */
function resultType({ call, config }: CallTyping): StackType {
  const { mode, limit } = argumentsOf(call);
  const frames = limit && limitOf(limit);
  return {
    kind: "stack",
    isUser: call.name === "ustack",
    mode: (mode && modeOf(mode)) ?? config.stackMode,
    limit: frames === undefined || frames > MAX_LIMIT ? DEFAULT_LIMIT : Number(frames),
  };
}

const modeOf = (mode: Expr): StackMode | undefined =>
  mode.kind === "identifier" && MODES.has(mode.name) ? (mode.name as StackMode) : undefined;

const limitOf = (limit: Expr): bigint | undefined =>
  limit.kind === "integer" && limit.value >= 0n ? limit.value : undefined;

function checkArguments({ call, config, bag }: CallCheck): void {
  const { name, span } = call;
  const { mode, limit } = argumentsOf(call);
  if (mode !== undefined && mode.kind !== "identifier") bag.error("stack-mode-first", span, {});
  else if (mode !== undefined && modeOf(mode) === undefined) bag.error("stack-mode", mode.span, { name });
  else if (name === "kstack" && (mode === undefined ? config.stackMode : modeOf(mode)) === "build_id") {
    bag.error("stack-build-id", span, {});
  }
  if (limit === undefined) return;
  const frames = limitOf(limit);
  if (frames === undefined) bag.error("stack-limit", span, { name });
  else if (frames > MAX_LIMIT) bag.error("stack-limit-range", span, { name, max: MAX_LIMIT, given: frames });
}

// ---------------------------------------------------------------- capturing

export function captured(cx: Lowering, node: Expr): Operand {
  const type = typeOf(cx, node);
  const place = cx.temporary(sizeOf(type), 8, "stack");
  capture(cx, type, place, node.span);
  return memory(place);
}

export function typeOf(cx: Lowering, node: Expr): StackType {
  const type = cx.typeOf(node);
  if (type.kind !== "stack") throw new TypeError(`a stack of type ${type.kind}`);
  return type;
}

/** Where the count of frames lies in a stack. */
export const countOffset = ({ isUser }: StackType): number => (isUser ? 8 : 0);

/** From one frame to the next. */
export const frameBytes = ({ mode }: StackType): number => (mode === "build_id" ? 32 : 8);

/**
 * The helper writes frames to the memory where they are wanted, and zeros behind them, also when it fails: of equal
 * stacks all bytes are equal.
 *
 *     kstack: u64 frames, u64 address[limit]
 *     ustack: s32 pid, s32 probe, u64 frames, element[limit]
 */
export function capture(cx: Lowering, type: StackType, place: Place, span: Span): void {
  const { b } = cx;
  if (type.isUser) storeUserOrigin(cx, place, span);
  const countAt = place.offset + countOffset(type);
  if (type.limit === 0) return b.store(place.base, countAt, 8, b.int(0));
  const elementBytes = frameBytes(type);
  const flags = (type.isUser ? BPF_F_USER_STACK : 0) | (type.mode === "build_id" ? BPF_F_USER_BUILD_ID : 0);
  const frames = cx.addressOf({ ...place, offset: countAt + 8 });
  const bytes = b.call("get_stack", [cx.contextPointer(), frames, b.int(type.limit * elementBytes), b.int(flags)]);
  const count = b.choose("slt", bytes, b.int(0), {
    then: () => {
      cx.checkHelper("get_stack", bytes, span, 1);
      cx.warn(type.isUser ? "ustack" : "kstack", span);
      return b.int(0);
    },
    otherwise: () => b.alu("shr", bytes, b.int(Math.log2(elementBytes))),
  });
  b.store(place.base, countAt, 8, count);
}
