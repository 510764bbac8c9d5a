/** What the literal arguments of `tseries()` say. */
import type { SeriesBounds } from "../language/map-info.js";
import type { SeriesHow } from "../object.js";

/** What `tseries()` keeps of each interval: a sum and the like, or the last value. */
export const SERIES_HOWS: readonly SeriesHow[] = ["avg", "max", "min", "sum"];

type Literal = (index: number) => bigint | string | boolean | undefined;

/** Of a call that was checked. */
export function seriesBounds(literal: Literal): SeriesBounds {
  const [intervalNs, intervals, how] = [literal(1), literal(2), literal(3)];
  return {
    intervalNs: typeof intervalNs === "bigint" ? intervalNs : 1n,
    intervals: typeof intervals === "bigint" ? intervals : 1n,
    how: SERIES_HOWS.find((known) => known === how) ?? "last",
  };
}
