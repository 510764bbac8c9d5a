/** How aggregations lie in memory (object.ts, MapValueFormat). */

/** The two u64 of `sum min max avg stats` entries. */
export const VALUE_OFFSET = 0;
/** `sum min max`: 1 once there is a value. */
export const IS_SET_OFFSET = 8;
/** `avg stats`: how many values the total at {@link VALUE_OFFSET} has. */
export const COUNT_OFFSET = 8;

/** What `stats` is when it is read as a value: three numbers of 8 bytes. */
export const STATS_OFFSETS = { count: 0, average: 8, total: 16 } as const;

/** `tseries`: the value, what it takes to combine it with others (a time, a count, whether it is set), the interval. */
export const SERIES_OFFSETS = { value: 0, meta: 8, epoch: 16 } as const;
export const SERIES_BYTES = 24;

/** Of a histogram with `bits` extra bits: the largest sample, 2^63 - 1, falls into the last one. */
export const histBuckets = (bits: number): number => ((62 - bits) << bits) + 2 * (1 << bits) + 1;

export interface LinearRange {
  readonly min: bigint;
  readonly max: bigint;
  readonly step: bigint;
}

/** With one for what lies below and one for what lies above. */
export const lhistBuckets = ({ min, max, step }: LinearRange): number => Number((max - min) / step) + 2;
