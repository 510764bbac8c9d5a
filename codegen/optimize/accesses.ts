/** Which memory an instruction reads and writes, in terms of `pointers.ts`. */
import type { Instruction, MapIndex, Value } from "../ir/ir.js";
import { effectOf } from "../ir/operands.js";
import { effectsOfCall, type CallInstruction, type Extent, type MemoryAccess } from "./call-effects.js";
import type { MapShape } from "./pass.js";
import type { Origin, Pointers } from "./pointers.js";

export interface Access {
  readonly access: MemoryAccess;
  /** With the access's own offset included. */
  readonly origin: Origin;
  /** Undefined: from there on, and no one knows how far. */
  readonly bytes: number | undefined;
  /** Of a call: through which argument. */
  readonly argument: number | undefined;
}

const NONE: readonly Access[] = [];

/** In the order in which they happen: reads before writes. */
export function accessesOf(i: Instruction, pointers: Pointers, maps: readonly MapShape[]): readonly Access[] {
  switch (i.op) {
    case "load":
      return one(access("reads", pointers, i.pointer, i.offset, i.bytes));
    case "store":
      return one(access("overwrites", pointers, i.pointer, i.offset, i.bytes));
    case "atomic-add":
    case "atomic-fetch-add":
    case "atomic-claim":
      return [
        ...one(access("reads", pointers, i.pointer, i.offset, i.bytes)),
        ...one(access("writes", pointers, i.pointer, i.offset, i.bytes)),
      ];
    case "copy":
      return [
        ...one(access("reads", pointers, i.from, i.fromOffset, i.bytes)),
        ...one(access("overwrites", pointers, i.to, i.toOffset, i.bytes)),
      ];
    case "zero":
      return one(access("overwrites", pointers, i.to, i.toOffset, i.bytes));
    case "call":
    case "call-kfunc":
    case "call-function":
      return callAccesses(i, pointers, maps);
    default:
      return NONE;
  }
}

const one = (access: Access | undefined): readonly Access[] => (access === undefined ? NONE : [access]);

function access(
  access: MemoryAccess,
  pointers: Pointers,
  pointer: Value,
  offset: number,
  bytes: number | undefined,
  argument?: number,
): Access | undefined {
  const origin = pointers.originOf(pointer);
  if (origin === undefined) return undefined;
  return { access, origin: { base: origin.base, offset: origin.offset + offset }, bytes, argument };
}

function callAccesses(i: CallInstruction, pointers: Pointers, maps: readonly MapShape[]): readonly Access[] {
  const { memory } = effectsOfCall(i);
  if (memory.length === 0) return NONE;
  return memory.flatMap((effect) => {
    const value = i.args[effect.argument];
    if (value === undefined) return NONE;
    return one(access(effect.access, pointers, value, 0, bytesOf(effect.extent, i, pointers, maps), effect.argument));
  });
}

function bytesOf(
  extent: Extent,
  call: CallInstruction,
  pointers: Pointers,
  maps: readonly MapShape[],
): number | undefined {
  if (extent === "unknown") return undefined;
  if (extent === "key" || extent === "value") {
    const map = mapOfCall(call, pointers);
    const shape = map === undefined ? undefined : maps[map];
    return extent === "key" ? shape?.keyBytes : shape?.valueBytes;
  }
  const value = call.args[extent.argument];
  const bytes = value === undefined ? undefined : pointers.definitions.constantOf(value);
  return bytes === undefined || bytes < 0n ? undefined : Number(bytes);
}

/** Which one is in argument 0; functions of the program know theirs. */
function mapOfCall(call: CallInstruction, { definitions }: Pointers): MapIndex | undefined {
  if (call.op === "call-function") return typeof call.changes === "number" ? call.changes : undefined;
  const [value] = call.args;
  return value === undefined ? undefined : definitions.as(value, "map")?.map;
}

/** Whose entries the instruction may add, remove or replace. */
export function changedMaps(i: Instruction, pointers: Pointers): MapIndex | "all" | "none" {
  if (effectOf(i) !== "call") return "none";
  const { changes } = effectsOfCall(i);
  if (changes === "nothing") return "none";
  if (changes === "everything") return "all";
  return ("args" in i ? mapOfCall(i, pointers) : undefined) ?? "all";
}
