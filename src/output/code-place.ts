/** Where in the sources the frames of stacks are from (config `show_debug_info`). */
import type { ValueFormat } from "../../codegen/object.js";
import type { CodePlaceName, Names } from "./names.js";

type StackFormat = Extract<ValueFormat, { kind: "stack" }>;
type Position = CodePlaceName["position"];

export type PlaceFinder = (address: bigint, frame: number, pid: number) => CodePlaceName | undefined;

/**
 * All frames but the innermost say where their function goes on: the call is the instruction before. Symbols and offsets
 * stay those of the address itself, as everybody shows them.
 */
export function placeFinder({ isUser }: StackFormat, { kernelPlace, userPlace }: Names): PlaceFinder {
  const of = isUser ? userPlace : kernelPlace;
  return of === undefined ? () => undefined : (address, frame, pid) => of(frame > 0 ? address - 1n : address, pid);
}

/** As it is written behind a name. */
export const positionText = (position: Position): string =>
  position === undefined ? "" : `@${position.file}:${position.line}`;
