/** Stacks: where their parts lie, and how one is captured. */
import type { Expr, Span } from "../../grammar/index.js";
import type { Config } from "../config.js";
import { BPF_F_USER_BUILD_ID, BPF_F_USER_STACK } from "../kernel/bpf.js";
import { type Lowering, memory, type Operand, type Place } from "../language/lowering.js";
import { sizeOf } from "../types/layout.js";
import type { StackType } from "../types/type.js";
import { storeUserOrigin } from "./user-origin.js";

export const DEFAULT_LIMIT = 127;

export type StackName = "kstack" | "ustack";

/** Of the bare word. */
export function defaultStack(name: StackName, { stackMode }: Config): StackType {
  const mode = name === "kstack" && stackMode === "build_id" ? "raw" : stackMode;
  return { kind: "stack", isUser: name === "ustack", mode, limit: DEFAULT_LIMIT };
}

export function captured(cx: Lowering, node: Expr): Operand {
  const type = stackTypeOf(cx, node);
  const place = cx.temporary(sizeOf(type), 8, "stack");
  capture(cx, type, place, node.span);
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
export function capture(cx: Lowering, type: StackType, place: Place, span: Span): void {
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
      cx.checkHelper("get_stack", bytes, span, 1);
      cx.warn(type.isUser ? "ustack" : "kstack", span);
      return b.int(0);
    },
    otherwise: () => b.alu("shr", bytes, b.int(Math.log2(elementBytes))),
  });
  b.store(place.base, countAt, 8, count);
}
