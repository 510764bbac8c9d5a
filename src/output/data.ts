/** What values and maps are for programs. Nothing but types, which the package's own declarations are made of. */

/** A number where a double holds it exactly, else a bigint. */
export type IntegerData = number | bigint;

/** A value. Text is text, no byte string. */
export type Data =
  | IntegerData
  | boolean
  | string
  | null
  | Uint8Array
  | readonly StackFrame[]
  | readonly Data[]
  | { readonly [member: string]: Data };

/** The innermost one comes first. */
export interface StackFrame {
  readonly address: IntegerData;
  /** What is known of it. */
  readonly name?: string;
  /** From where the name begins. */
  readonly offset?: number;
  /** The file that the code is in. */
  readonly module?: string;
  readonly buildId?: string;
  /** Where in the sources the code is from (config `show_debug_info`). */
  readonly file?: string;
  readonly line?: number;
  /** Functions that were put there instead of being called, the innermost first. */
  readonly inlined?: readonly { readonly name: string; readonly file?: string; readonly line?: number }[];
}

/** `[lower, upper)`; a bound that is missing is open. */
export interface BucketData {
  readonly lower?: IntegerData;
  readonly upper?: IntegerData;
  readonly count: IntegerData;
}

export interface StatsData {
  readonly count: IntegerData;
  readonly average: IntegerData;
  readonly total: IntegerData;
}

/** Of a time series. */
export interface PointData {
  /** Where the interval begins: nanoseconds since 1970. */
  readonly startNs: bigint;
  /** Undefined: there was none. */
  readonly value: IntegerData | undefined;
}

/** What each aggregation's values are: its half in `aggregations/` makes them. */
export interface AggregationData {
  readonly count: IntegerData;
  readonly sum: IntegerData;
  readonly min: IntegerData;
  readonly max: IntegerData;
  readonly avg: IntegerData;
  readonly stats: StatsData;
  readonly stddev: IntegerData;
  readonly hist: readonly BucketData[];
  readonly lhist: readonly BucketData[];
  readonly tseries: readonly PointData[];
}

export type MapValueData = Data | AggregationData[keyof AggregationData];

/** What makes the values of a map; `plain`: what was assigned. */
export type MapKind = "plain" | keyof AggregationData;

export interface MapEntryData {
  /** Undefined in a scalar map. Of several parts: an array. */
  readonly key: Data | undefined;
  readonly value: MapValueData;
}

export interface MapData {
  /** With its `@`. */
  readonly name: string;
  readonly kind: MapKind;
  /** By value or by key, as text shows them. Of a scalar map one, or none when it was never set. */
  readonly entries: readonly MapEntryData[];
}
