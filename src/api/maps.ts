/** Maps, as programs ask for them. */
import type { Trace as CoreTrace, TraceMap as CoreMap } from "../core/index.js";
import type { Data, MapValueData } from "../output/data.js";
import type { TraceMap } from "./types.js";

/** What integers become. */
export type Numbers = <T>(value: T) => T;

export function mapsOf(trace: CoreTrace, numbers: Numbers): Readonly<Record<string, TraceMap>> {
  const maps = Object.create(null) as Record<string, TraceMap>;
  for (const [name, map] of trace.maps) maps[name] = new AsyncMap(map, numbers);
  return maps;
}

class AsyncMap implements TraceMap {
  readonly name: string;
  readonly kind: TraceMap["kind"];
  readonly #map: CoreMap;
  readonly #numbers: Numbers;

  constructor(map: CoreMap, numbers: Numbers) {
    this.name = map.name;
    this.kind = map.kind;
    this.#map = map;
    this.#numbers = numbers;
  }

  async entries(options?: {
    readonly clear?: boolean;
  }): Promise<readonly (readonly [Data | undefined, MapValueData])[]> {
    return this.#map.read(options).entries.map(({ key, value }) => this.#numbers([key, value] as const));
  }

  async get(key?: Data): Promise<MapValueData | undefined> {
    return this.#numbers(this.#map.get(key));
  }

  async set(key: Data | undefined, value: MapValueData): Promise<void> {
    this.#map.set(key, value as Data);
  }

  async delete(key?: Data): Promise<boolean> {
    return this.#map.delete(key);
  }

  async clear(): Promise<void> {
    this.#map.clear();
  }
}

/** All integers as bigints, however deep they are. */
export const asBigints: Numbers = (value) => convert(value) as typeof value;

function convert(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, convert(member)]));
}
