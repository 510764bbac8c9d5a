/** Maps, as programs ask for them. */
import { DataTypeError, type Trace as CoreTrace, type TraceMap as CoreMap } from "../core/index.js";
import { isSystemCallFailure } from "../kernel/index.js";
import type { Data, MapValueData } from "../output/index.js";
import { TsbtError } from "./error.js";
import type { TraceMap } from "./types.js";

/** What integers become. */
export type Numbers = <T>(value: T) => T;

export function mapsOf(trace: CoreTrace, numbers: Numbers): Readonly<Record<string, TraceMap>> {
  const maps = Object.create(null) as Record<string, TraceMap>;
  for (const [name, map] of trace.maps) maps[name] = new AsyncMap(map, trace, numbers);
  return maps;
}

class AsyncMap implements TraceMap {
  readonly name: string;
  readonly kind: TraceMap["kind"];
  readonly #map: CoreMap;
  readonly #trace: CoreTrace;
  readonly #numbers: Numbers;

  constructor(map: CoreMap, trace: CoreTrace, numbers: Numbers) {
    this.name = map.name;
    this.kind = map.kind;
    this.#map = map;
    this.#trace = trace;
    this.#numbers = numbers;
  }

  async entries(options?: {
    readonly clear?: boolean;
  }): Promise<readonly (readonly [Data | undefined, MapValueData])[]> {
    return this.#do(() =>
      this.#map.read(options).entries.map(({ key, value }) => this.#numbers([key, value] as const)),
    );
  }

  async get(key?: Data): Promise<MapValueData | undefined> {
    return this.#do(() => this.#numbers(this.#map.get(key)));
  }

  async set(key: Data | undefined, value: MapValueData): Promise<void> {
    this.#do(() => this.#map.set(key, value as Data));
  }

  async delete(key?: Data): Promise<boolean> {
    return this.#do(() => this.#map.delete(key));
  }

  async clear(): Promise<void> {
    this.#do(() => this.#map.clear());
  }

  #do<T>(work: () => T): T {
    if (this.#trace.isClosed)
      throw new TsbtError("closed", `The trace of ${this.name} has been let go, and its maps with it.`);
    try {
      return work();
    } catch (error) {
      if (error instanceof DataTypeError) throw new TsbtError("value", error.message, { cause: error });
      if (isSystemCallFailure(error)) throw new TsbtError("kernel", (error as Error).message, { cause: error });
      throw error;
    }
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
