import { type Integer } from "../integer.js";
import { jsonString } from "../json.js";
import type { Aggregation } from "./parts/define.js";
import { collectSeries, type Point, type Series } from "./parts/series.js";
import { seriesText } from "./parts/series-text.js";

/** Each key has an entry for each interval. Neither `top` nor `div` has an effect. */
export const tseries: Aggregation<"tseries"> = {
  record: "tseries",
  isBlock: true,
  typeText: "readonly PointData[]",
  compile: (format, { zone }) => {
    const { intervalNs } = format;
    return (reading) => {
      const all = new Map(collectSeries(reading, format).map((series) => [series.entry, series]));
      const points = (entry: number): Series["points"] => all.get(entry)?.points ?? [];
      return {
        isSet: (entry) => all.has(entry),
        order: undefined,
        entries: [...all.keys()],
        text: (entry) => seriesText(points(entry), format, zone),
        json: (entry) => seriesJson(points(entry), intervalNs),
        data: (entry) => points(entry).map(({ epoch, value }) => ({ startNs: epoch * intervalNs, value })),
      };
    };
  },
};

/** Intervals without a value are left out. Values are numbers here whatever a double holds. */
const seriesJson = (points: readonly Point[], intervalNs: bigint): string =>
  `[${points.flatMap(({ epoch, value }) => (value === undefined ? [] : [pointJson(epoch * intervalNs, value)])).join(",")}]`;

const pointJson = (startNs: bigint, value: Integer): string =>
  `{"interval_start":${jsonString(utcText(startNs))},"value":${value}}`;

/** `2023-11-14 22:13:20.250000000` */
function utcText(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${seconds}.${(ns % 1_000_000_000n).toString().padStart(9, "0")}`;
}
