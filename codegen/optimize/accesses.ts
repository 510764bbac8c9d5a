/** Which memory an instruction reads and writes, in terms of `pointers.ts`. */
import type { Instruction, MapIndex, Value } from "../ir/ir.js";
import { effectOf } from "../ir/operands.js";
import { effectsOfCall, type Extent, type MemoryAccess } from "./call-effects.js";
import type { MapShape } from "./pass.js";
import type { Origin, Pointers } from "./pointers.js";

export interface Access {
  readonly access: MemoryAccess;
  /** With the access's own offset included. */
  readonly origin: Origin;
  /** Undefined: from there on, and no one knows how far. */
  readonly bytes: number | undefined;
}

const NONE: readonly Access[] = [];

/** In the order in which they happen: reads before writes. */
export function accessesOf(i: Instruction, pointers: Pointers, maps: readonly MapShape[]): readonly Access[] {
  const at = (access: MemoryAccess, pointer: Value, offset: number, bytes: number | undefined): readonly Access[] => {
    const origin = pointers.originOf(pointer);
    if (origin === undefined) return NONE;
    return [{ access, origin: { base: origin.base, offset: origin.offset + offset }, bytes }];
  };
  switch (i.op) {
    case "load":
      return at("reads", i.pointer, i.offset, i.bytes);
    case "store":
      return at("overwrites", i.pointer, i.offset, i.bytes);
    case "atomic-add":
    case "atomic-fetch-add":
      return [...at("reads", i.pointer, i.offset, i.bytes), ...at("writes", i.pointer, i.offset, i.bytes)];
    case "copy":
      return [...at("reads", i.from, i.fromOffset, i.bytes), ...at("overwrites", i.to, i.toOffset, i.bytes)];
    case "zero":
      return at("overwrites", i.to, i.toOffset, i.bytes);
    case "call":
    case "call-kfunc":
    case "call-function":
      return effectsOfCall(i).memory.flatMap(({ argument, access, extent }) => {
        const value = i.args[argument];
        return value === undefined ? NONE : at(access, value, 0, bytesOf(extent, i.args, pointers, maps));
      });
    default:
      return NONE;
  }
}

function bytesOf(
  extent: Extent,
  args: readonly Value[],
  pointers: Pointers,
  maps: readonly MapShape[],
): number | undefined {
  if (extent === "unknown") return undefined;
  if (extent === "key" || extent === "value") {
    const map = mapOf(args[0], pointers);
    const shape = map === undefined ? undefined : maps[map];
    return extent === "key" ? shape?.keyBytes : shape?.valueBytes;
  }
  const value = args[extent.argument];
  const bytes = value === undefined ? undefined : pointers.definitions.constantOf(value);
  return bytes === undefined || bytes < 0n ? undefined : Number(bytes);
}

const mapOf = (value: Value | undefined, pointers: Pointers): MapIndex | undefined =>
  value === undefined ? undefined : pointers.definitions.as(value, "map")?.map;

/** Whose entries the instruction may add, remove or replace. */
export function changedMaps(i: Instruction, pointers: Pointers): MapIndex | "all" | "none" {
  if (effectOf(i) !== "call") return "none";
  const { changes } = effectsOfCall(i);
  if (changes === "nothing") return "none";
  if (changes === "everything") return "all";
  return ("args" in i ? mapOf(i.args[0], pointers) : undefined) ?? "all";
}
