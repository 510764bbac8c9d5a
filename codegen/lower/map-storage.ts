/** How a script map is kept in the kernel: the type, the key and the value of the map, and how many entries it has. */
import { slotBytes, type SlotLayout } from "../language/aggregation.js";
import { type KeyTable, layoutOf } from "../kernel/key-table.js";
import type { MapInfo } from "../language/map-info.js";
import type { BpfMap } from "../object.js";
import { alignUp, sizeOf } from "../types/layout.js";
import type { Type } from "../types/type.js";

/** A map of the object, before it is added. */
export type NewMap = Pick<BpfMap, "name" | "type" | "keyBytes" | "valueBytes" | "maxEntries"> & Partial<BpfMap>;

/** Of more slots the kernel would keep 16 bytes each, be they filled or not. */
export const MAX_ARRAY_SLOTS = 65_536;

export interface Storage {
  readonly map: Omit<NewMap, "name">;
  readonly setFlagOffset: number | undefined;
}

export interface StorageOptions {
  readonly table: KeyTable | undefined;
  readonly maxMapKeys: number;
  readonly isShrinking: boolean;
  readonly possibleCpus: number;
}

/** A scalar map is an array of one entry; if it loses that entry, a hash. */
export function storageOf(
  { key, value, declared }: MapInfo,
  slot: SlotLayout | undefined,
  { table, maxMapKeys, isShrinking, possibleCpus }: StorageOptions,
): Storage {
  if (table !== undefined) return tableStorage(table);
  const isAggregation = slot !== undefined;
  if (key === undefined && !isShrinking && !isSeries(value))
    return isAggregation ? perCpuEntry(slot) : globalData(value);
  const valueBytes = isAggregation ? slotBytes(slot) : Math.max(sizeOf(value), 1);
  const isLru = declared?.kind === "lruhash" || declared?.kind === "percpulruhash";
  const maxEntries = key === undefined && !isSeries(value) ? 1 : entriesOf(declared, maxMapKeys);
  const bytes = maxEntries * valueBytes * (isAggregation ? possibleCpus : 1);
  return {
    map: {
      type: HASHES[isAggregation ? "perCpu" : "shared"][isLru ? "lru" : "plain"],
      keyBytes: isSeries(value) ? seriesKeyBytes(key) : key === undefined ? SCALAR_KEY_BYTES : sizeOf(key),
      valueBytes,
      maxEntries,
      isAllocatedOnDemand:
        declared?.kind === "progarray" || (!isLru && valueBytes > LARGE_VALUE_BYTES && bytes > MAX_BYTES_BEFOREHAND),
    },
    setFlagOffset: undefined,
  };
}

/** The kernel's tables are as large as what may be in them; of many slots few have a program. */
export const entriesOf = (declared: MapInfo["declared"], maxMapKeys: number): number =>
  declared?.kind === "progarray"
    ? Math.min(declared.entries, Math.max(MAX_ARRAY_SLOTS, maxMapKeys))
    : (declared?.entries ?? maxMapKeys);

const SCALAR_KEY_BYTES = 4;

/** Has an entry for each interval of each key. */
const isSeries = (value: Type): boolean => value.kind === "aggregation" && value.of.isSeries;

const BUCKET_BYTES = 8;

/** Where the number of the bucket lies in the key of a time series. */
export const bucketOffset = (key: Type | undefined): number => (key === undefined ? 0 : alignUp(sizeOf(key), 8));

const seriesKeyBytes = (key: Type | undefined): number => bucketOffset(key) + BUCKET_BYTES;

const HASHES = {
  shared: { plain: "hash", lru: "lru-hash" },
  perCpu: { plain: "percpu-hash", lru: "lru-percpu-hash" },
} as const;

const tableStorage = (table: KeyTable): Storage => ({
  map: { type: "array", keyBytes: SCALAR_KEY_BYTES, valueBytes: layoutOf(table).bytes, maxEntries: 1 },
  setFlagOffset: undefined,
});

const perCpuEntry = (slot: SlotLayout): Storage => ({
  map: { type: "percpu-array", keyBytes: SCALAR_KEY_BYTES, valueBytes: slotBytes(slot), maxEntries: 1 },
  setFlagOffset: undefined,
});

function globalData(type: Type): Storage {
  const setFlagOffset = alignUp(sizeOf(type), 8);
  return {
    map: { type: "array", keyBytes: SCALAR_KEY_BYTES, valueBytes: setFlagOffset + 8, maxEntries: 1 },
    setFlagOffset,
  };
}

/**
 * Entries of large values are allocated when they are made where all of them would take more than this: 4,096 histograms for
 * each of a hundred CPUs. A program may not wait for memory, so when it makes hundreds of entries at once the kernel may have
 * none at hand, and refuses.
 */
const MAX_BYTES_BEFOREHAND = 1 << 26;
const LARGE_VALUE_BYTES = 256;
