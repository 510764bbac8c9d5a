/** Where in the sources the frames of stacks are from (config `show_debug_info`). */
import { UNWIND_FAILURE, UNWOUND_STACK } from "../../codegen/kernel/unwind-rules.js";
import type { ValueFormat } from "../../codegen/object.js";
import type { CodePlaceName, Names } from "./names.js";

type StackFormat = Extract<ValueFormat, { kind: "stack" }>;
type Position = CodePlaceName["position"];

export interface FrameOf {
  /** From the innermost, 0. */
  readonly frame: number;
  readonly pid: number;
  /** Of stacks that programs have unwound, {@link UNWOUND_STACK}. */
  readonly probe: number;
}

export type PlaceFinder = (address: bigint, of: FrameOf) => CodePlaceName | undefined;

/**
 * All frames but the innermost say where their function goes on: the call is the instruction before. Symbols and offsets
 * stay those of the address itself, as everybody shows them.
 */
export function placeFinder({ isUser }: StackFormat, { kernelPlace, userPlace }: Names): PlaceFinder {
  const of = isUser ? userPlace : kernelPlace;
  if (of === undefined) return () => undefined;
  return (address, { frame, pid, probe }) => {
    const isBehindCall = frame > 0 && !(isUser && probe === UNWOUND_STACK);
    return of(isBehindCall ? address - 1n : address, pid);
  };
}

/** In the place of the frame that could not be found, which is the last one. */
export const isUnwindFailure = (address: bigint, { isUser }: StackFormat, probe: number): boolean =>
  isUser && probe === UNWOUND_STACK && address === UNWIND_FAILURE;

export const UNWIND_FAILURE_TEXT = "<unwind failure>";

/** As it is written behind a name. */
export const positionText = (position: Position): string =>
  position === undefined ? "" : `@${position.file}:${position.line}`;
