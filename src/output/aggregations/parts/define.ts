/** What the half of an aggregation is that shows what the kernel has kept. */
import type { FormatsByAggregation } from "../../../../codegen/object.js";
import type { AggregationData } from "../../data.js";
import type { MapReading } from "../../map-reading.js";
import type { Row } from "../../rows.js";
import type { ValueContext } from "../../value-context.js";

/** The values of one reading, all CPUs together, by number of the entry. */
export interface ShownValues<D> {
  /** Anything was ever written to the entry; only scalar maps ask. */
  isSet(entry: number): boolean;
  /** Undefined: entries are ordered by key. */
  readonly order: ((a: number, b: number) => number) | undefined;
  /** What `order` compares, by entry, if all of it is exact. */
  readonly numbers?: Float64Array | undefined;
  /** Where a key has several entries, one for each in the order in which they are shown; undefined: all. */
  readonly entries?: readonly number[];
  /** `text` and `json` of all entries, where they are no more than numbers and strings. */
  readonly row?: ((div: number) => Row) | undefined;
  readonly jsonRow?: ((div: number) => Row) | undefined;
  /** Numbers are divided by `div`, toward zero. */
  text(entry: number, div: number): string;
  json(entry: number, div: number): string;
  data(entry: number, div: number): D;
}

export type CompiledValues<D> = (reading: MapReading) => ShownValues<D>;

export interface Aggregation<N extends keyof AggregationData> {
  /** The `type` of its maps' JSON records (output.md 13.2). */
  readonly record: "map" | "stats" | "hist" | "tseries";
  /** Text is rows below the name. */
  readonly isBlock: boolean;
  /** What `data` gives, as TypeScript writes it. */
  readonly typeText: string;
  /** A format is compiled once; a reading is then merged in one pass. */
  readonly compile: (format: FormatsByAggregation[N], cx: ValueContext) => CompiledValues<AggregationData[N]>;
}
