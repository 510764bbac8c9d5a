/** BTF of script maps, so that `bpftool map dump` shows typed keys and values. */
import type { BtfBuilder } from "./btf/index.js";
import { InternalError } from "./internal-error.js";
import { BASE_OFFSET, COUNT_OFFSET, type KeyTable, layoutOf } from "./kernel/key-table.js";
import { slotBytes, type SlotLayout } from "./language/aggregation.js";
import type { AggregationType, Type } from "./types/type.js";
import type { BpfMap, MapValueFormat, ScriptMap, ValueFormat } from "./object.js";

export interface MapTypes {
  readonly keyTypeId: number;
  readonly valueTypeId: number;
}

/** What the object says of a map, with what only the compiler needs to know. */
export interface TypedMap {
  readonly script: ScriptMap;
  readonly type: Type;
  /** Of an aggregation. */
  readonly slot: SlotLayout | undefined;
}

export function mapTypes({ script, type, slot }: TypedMap, map: BpfMap, btf: BtfBuilder): MapTypes {
  const { key, table } = script;
  if (table !== undefined && type.kind === "aggregation" && slot !== undefined) {
    const value = slotType(type, slot, btf);
    return { keyTypeId: btf.int("unsigned int", 4, {}), valueTypeId: tableType(table, value, btf) };
  }
  const isSeries = type.kind === "aggregation" && type.of.isSeries;
  return {
    // The kernel wants a plain 32-bit integer as the key of an array.
    keyTypeId: isSeries
      ? seriesKey(script, map.keyBytes, btf)
      : key === undefined
        ? btf.int("unsigned int", 4, {})
        : exact(key.format, key.bytes, btf),
    valueTypeId:
      type.kind === "aggregation" && slot !== undefined
        ? slotType(type, slot, btf)
        : plainType(script.value, map.valueBytes, btf),
  };
}

/** As it lies in memory; keys are not what they were. */
function tableType(table: KeyTable, value: number, btf: BtfBuilder): number {
  const { keys, words, values, rowBytes, slots, bytes } = layoutOf(table);
  const u64 = btf.int("unsigned long", 8, {});
  const index = btf.int("unsigned int", 4, {});
  const row = struct(btf, "row", rowBytes, [{ name: "values", type: btf.array(value, index, slots), offset: 0 }]);
  return struct(btf, "key_table", bytes, [
    { name: "base", type: u64, offset: BASE_OFFSET },
    { name: "count", type: btf.array(u64, index, table.banks), offset: COUNT_OFFSET },
    { name: "keys", type: btf.array(u64, index, words * slots), offset: keys },
    { name: "cpus", type: btf.array(row, index, table.cpus), offset: values },
  ]);
}

function plainType(value: MapValueFormat, bytes: number, btf: BtfBuilder): number {
  if (value.kind !== "plain") throw new InternalError("link", `the map of ${value.kind}() has no layout`);
  if (value.setFlagOffset === undefined) return exact(value.format, bytes, btf);
  return struct(btf, "scalar", bytes, [
    { name: "value", type: exact(value.format, value.bytes, btf), offset: 0 },
    { name: "is_set", type: btf.int("unsigned long", 8, {}), offset: value.setFlagOffset },
  ]);
}

function slotType({ of, isSigned }: AggregationType, slot: SlotLayout, btf: BtfBuilder): number {
  const u64 = btf.int("unsigned long", 8, {});
  const i64 = btf.int("long", 8, { isSigned: true });
  switch (slot.kind) {
    case "number":
      return u64;
    case "buckets":
      return btf.array(u64, btf.int("unsigned int", 4, {}), slot.count);
    case "struct":
      return struct(
        btf,
        of.name,
        slotBytes(slot),
        slot.members.map(({ name, hasSign }, i) => ({ name, type: hasSign && isSigned ? i64 : u64, offset: 8 * i })),
      );
  }
}

/** The script's key, if it has one, and the number of the bucket. */
function seriesKey({ key }: ScriptMap, bytes: number, btf: BtfBuilder): number {
  const own = key === undefined ? [] : [{ name: "key", type: exact(key.format, key.bytes, btf), offset: 0 }];
  return struct(btf, "series_key", bytes, [
    ...own,
    { name: "bucket", type: btf.int("unsigned long", 8, {}), offset: bytes - 8 },
  ]);
}

interface Part {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
}

const struct = (btf: BtfBuilder, name: string, bytes: number, parts: readonly Part[]): number =>
  btf.struct({ name, bytes, members: parts.map((p) => ({ name: p.name, type: p.type, bitOffset: p.offset * 8 })) });

/** A type of exactly that size: the kernel compares. */
function exact(format: ValueFormat, bytes: number, btf: BtfBuilder): number {
  switch (format.kind) {
    case "int":
      if (format.bytes === bytes)
        return btf.int(`${format.isSigned ? "s" : "u"}${bytes * 8}`, bytes, { isSigned: format.isSigned });
      break;
    case "bool":
      if (bytes === 1) return btf.int("bool", 1, { isBool: true });
      break;
    case "pointer":
      if (bytes === 8) return btf.ptr(0);
      break;
    case "tuple":
      if (format.bytes === bytes) return tuple(format, btf);
      break;
    default:
      break;
  }
  return btf.array(btf.int("char", 1, { isChar: true }), btf.int("unsigned int", 4, {}), bytes);
}

function tuple(format: Extract<ValueFormat, { kind: "tuple" }>, btf: BtfBuilder): number {
  const parts = format.elements.map(({ offset, format: element }, i) => {
    return { name: `part${i}`, type: exact(element, bytesOf(element), btf), offset };
  });
  return struct(btf, "", format.bytes, parts);
}

/** Of what can be part of a tuple. */
function bytesOf(format: ValueFormat): number {
  switch (format.kind) {
    case "int":
    case "enum":
    case "string":
    case "buffer":
    case "tuple":
    case "record":
      return format.bytes;
    case "bool":
      return 1;
    case "array":
      return format.count * format.stride;
    case "inet":
      return 24;
    case "mac":
      return 6;
    case "usym":
    case "timestamp":
    case "cgroup-path":
      return 16;
    case "stack":
      return (format.isUser ? 16 : 8) + format.limit * (format.mode === "build_id" ? 32 : 8);
    case "pointer":
    case "ksym":
    case "username":
      return 8;
    case "none":
      return 0;
  }
}
