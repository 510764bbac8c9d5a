/** The two u64 of `sum min max avg stats` entries (object.ts, MapValueFormat). */
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
