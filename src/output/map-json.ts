/** Maps as JSON (output.md 13.2): one record for each, empty text when there is nothing to show. */
import type { MapValueFormat, ScriptMap } from "../../codegen/object.js";
import { type BucketOf, extentOf } from "./histogram.js";
import { divide, type Integer } from "./integer.js";
import { jsonInteger, jsonObject, jsonString } from "./json.js";
import { compileKeyOrder } from "./key-order.js";
import { shownEntries } from "./map-entries.js";
import { compileKeyText, type MapPrinter, showsUnset } from "./map-text.js";
import { compileMapValues, type ValueStyle } from "./map-value.js";
import { collectSeries, type Point, type SeriesFormat } from "./series.js";
import type { ValueContext } from "./value-context.js";
import { compileJson } from "./value-json.js";

/** The `type` of a map's record. */
const TYPES: Readonly<Record<MapValueFormat["kind"], string>> = {
  plain: "map",
  count: "map",
  sum: "map",
  min: "map",
  max: "map",
  avg: "stats",
  stats: "stats",
  hist: "hist",
  lhist: "hist",
  tseries: "tseries",
};

const jsonStyle = (cx: ValueContext): ValueStyle<string> => ({
  plain: (format) => compileJson(format, cx),
  integer: jsonInteger,
  stats: (count, average, total) =>
    jsonObject([
      ["count", jsonInteger(count)],
      ["average", jsonInteger(average)],
      ["total", jsonInteger(total)],
    ]),
  histogram: buckets,
});

/** Bounds are inclusive; an open one is left out. */
function buckets(counts: readonly Integer[], bucketOf: BucketOf, div: number): string {
  const extent = extentOf(counts);
  if (extent === undefined) return "[]";
  const shown = counts.slice(extent.first, extent.last + 1).map((count, i) => {
    const { lower, upper } = bucketOf(extent.first + i);
    return jsonObject([
      ...(lower === undefined ? [] : [["min", jsonInteger(lower)] as const]),
      ...(upper === undefined ? [] : [["max", jsonInteger(upper - 1n)] as const]),
      ["count", jsonInteger(divide(count, div))],
    ]);
  });
  return `[${shown.join(",")}]`;
}

/** Intervals without a value are left out. Values are numbers here whatever a double holds. */
function compileSeriesJson({ name, key }: ScriptMap, format: SeriesFormat, cx: ValueContext): MapPrinter {
  const keyText = key === undefined ? undefined : compileKeyText(key, cx);
  return (reading) => {
    const all = collectSeries(reading, format);
    const [first] = all;
    if (first === undefined) return "";
    const members = all.map(({ entry, points }) => {
      const label = keyText?.(reading.keys, entry * reading.keyStride).replaceAll(" ", "") ?? "";
      return `${jsonString(label)}: ${seriesJson(points, format)}`;
    });
    const data = keyText === undefined ? seriesJson(first.points, format) : `{${members.join(", ")}}`;
    return `{"type": "${TYPES.tseries}", "data": ${jsonObject([[name, data]])}}\n`;
  };
}

function seriesJson(points: readonly Point[], { intervalNs }: SeriesFormat): string {
  const shown = points.flatMap(({ epoch, value }) => {
    if (value === undefined) return [];
    return [`{"interval_start":${jsonString(utcText(epoch * intervalNs))},"value":${value}}`];
  });
  return `[${shown.join(",")}]`;
}

/** `2023-11-14 22:13:20.250000000` */
function utcText(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19).replace("T", " ");
  return `${seconds}.${(ns % 1_000_000_000n).toString().padStart(9, "0")}`;
}

export function compileMapJson(map: ScriptMap, cx: ValueContext): MapPrinter {
  if (map.value.kind === "tseries") return compileSeriesJson(map, map.value, cx);
  const type = TYPES[map.value.kind];
  const record = (value: string): string => `{"type": "${type}", "data": ${jsonObject([[map.name, value]])}}\n`;
  // What averages is shown even when it is empty.
  const nothing = type === "stats" ? record("{}") : "";
  const values = compileMapValues(map.value, jsonStyle(cx));
  const { key } = map;
  if (key === undefined) {
    return (reading, options) => {
      const merged = values.merge(reading);
      return merged.isSet(0) || showsUnset(map, options) ? record(merged.value(0, options.div)) : nothing;
    };
  }
  const keyText = compileKeyText(key, cx);
  const keyOrder = compileKeyOrder(key.format);
  return (reading, { top, div }) => {
    if (reading.count === 0) return nothing;
    const merged = values.merge(reading);
    const members: string[] = [];
    for (const i of shownEntries(reading, merged, keyOrder, top)) {
      const label = keyText(reading.keys, i * reading.keyStride).replaceAll(" ", "");
      members.push(`${jsonString(label)}: ${merged.value(i, div)}`);
    }
    return record(`{${members.join(", ")}}`);
  };
}
