/** Stacks: where their parts lie, and how one is captured. */
import type { DiagnosticBag, Expr, Span } from "../../grammar/index.js";
import type { Config } from "../config.js";
import type { KernelFacts } from "../facts.js";
import { BPF_F_USER_BUILD_ID, BPF_F_USER_STACK } from "../kernel/bpf.js";
import { UNWINDING, UNWOUND_STACK } from "../kernel/unwind-rules.js";
import { type Lowering, memory, type Operand, type Place } from "../language/lowering.js";
import { sizeOf } from "../types/layout.js";
import type { StackType } from "../types/type.js";
import { storeUserOrigin } from "./user-origin.js";

export const DEFAULT_LIMIT = 127;

export type StackName = "kstack" | "ustack" | "dw_ustack";

/** Of the bare word. */
export function defaultStack(name: StackName, { stackMode }: Config): StackType {
  const mode = name !== "ustack" && stackMode === "build_id" ? "raw" : stackMode;
  return { kind: "stack", isUser: name !== "kstack", mode, limit: DEFAULT_LIMIT };
}

export function captured(cx: Lowering, node: Expr): Operand {
  const type = stackTypeOf(cx, node);
  const place = cx.temporary(sizeOf(type), 8, "stack");
  capture(cx, type, place, node);
  return memory(place);
}

export function stackTypeOf(cx: Lowering, node: Expr): StackType {
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
export function capture(cx: Lowering, type: StackType, place: Place, node: Expr): void {
  if (isUnwound(node)) return captureUnwound(cx, type, place, node.span);
  const { b } = cx;
  if (type.isUser) storeUserOrigin(cx, place);
  const countAt = place.offset + countOffset(type);
  if (type.limit === 0) return b.store(place.base, countAt, 8, b.int(0));
  const elementBytes = frameBytes(type);
  const flags = (type.isUser ? BPF_F_USER_STACK : 0) | (type.mode === "build_id" ? BPF_F_USER_BUILD_ID : 0);
  const frames = cx.addressOf({ ...place, offset: countAt + 8 });
  const bytes = b.call("get_stack", [cx.contextPointer(), frames, b.int(type.limit * elementBytes), b.int(flags)]);
  const count = b.choose("slt", bytes, b.int(0), {
    then: () => {
      cx.checkHelper("get_stack", bytes, node.span, 1);
      cx.warn(type.isUser ? "ustack" : "kstack", node.span);
      return b.int(0);
    },
    otherwise: () => b.alu("shr", bytes, b.int(Math.log2(elementBytes))),
  });
  b.store(place.base, countAt, 8, count);
}

const UNWOUND: ReadonlySet<string> = new Set(["dw_ustack", "__builtin_dw_ustack"]);

/** The word or the call. */
const isUnwound = (node: Expr): boolean => "name" in node && typeof node.name === "string" && UNWOUND.has(node.name);

/** In the place of the number of a probe. */
const UNWOUND_ORIGIN = BigInt.asIntN(64, BigInt(UNWOUND_STACK) << 32n);

/** The memory of the walk is not the place where the stack is wanted. */
function captureUnwound(cx: Lowering, type: StackType, place: Place, span: Span): void {
  const { b } = cx;
  storeUserOrigin(cx, place);
  b.store(place.base, place.offset, 8, b.alu("or", b.load(place.base, place.offset, 8), b.int(UNWOUND_ORIGIN)));
  const frames = cx.unwoundStack(type.limit, span);
  b.copy(place.base, place.offset + 8, frames.base, frames.offset, 8 + 8 * type.limit, 8);
}

/** What it takes to walk by tables: registers of the task, and loops. */
export function checkUnwinding(span: Span, facts: KernelFacts, bag: DiagnosticBag): void {
  const isAvailable = UNWINDING[facts.arch] !== undefined && facts.supports("loop");
  if (!isAvailable) bag.error("dw-ustack-unavailable", span, {});
}
