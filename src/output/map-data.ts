/** Maps as data: what the text of a map shows, for programs. */
import type { ScriptMap } from "../../codegen/object.js";
import type { BucketData, MapData, MapEntryData, MapValueData } from "./data.js";
import { type BucketOf, extentOf } from "./histogram.js";
import { divide, type Integer, narrow } from "./integer.js";
import { compileKeyOrder } from "./key-order.js";
import { shownEntries } from "./map-entries.js";
import type { MapReading } from "./map-reading.js";
import { compileMapValues, type ValueStyle } from "./map-value.js";
import { type MapPrintOptions, showsUnset } from "./map-text.js";
import { collectSeries, type SeriesFormat } from "./series.js";
import type { ValueContext } from "./value-context.js";
import { compileData, decoded } from "./value-data.js";

const dataStyle = (cx: ValueContext): ValueStyle<MapValueData> => ({
  plain: (format) => compileData(format, cx),
  integer: (n) => n,
  stats: (count, average, total) => ({ count, average, total }),
  histogram: buckets,
});

/** From the first to the last that is not empty. */
function buckets(counts: readonly Integer[], bucketOf: BucketOf, div: number): readonly BucketData[] {
  const extent = extentOf(counts);
  if (extent === undefined) return [];
  return counts.slice(extent.first, extent.last + 1).map((count, i) => {
    const { lower, upper } = bucketOf(extent.first + i);
    return {
      ...(lower === undefined ? {} : { lower: narrow(lower) }),
      ...(upper === undefined ? {} : { upper: narrow(upper) }),
      count: divide(count, div),
    };
  });
}

export function compileMapData(
  map: ScriptMap,
  cx: ValueContext,
): (reading: MapReading, options: MapPrintOptions) => MapData {
  const read = map.value.kind === "tseries" ? seriesEntries(map, map.value, cx) : entriesOf(map, cx);
  const named = { name: decoded(map.name), kind: map.value.kind };
  return (reading, options) => ({ ...named, entries: read(reading, options) });
}

type EntriesReader = (reading: MapReading, options: MapPrintOptions) => readonly MapEntryData[];

function entriesOf(map: ScriptMap, cx: ValueContext): EntriesReader {
  const values = compileMapValues(map.value, dataStyle(cx));
  const { key } = map;
  if (key === undefined) {
    return (reading, options) => {
      const merged = values.merge(reading);
      const isShown = merged.isSet(0) || showsUnset(map, options);
      return isShown ? [{ key: undefined, value: merged.value(0, options.div) }] : [];
    };
  }
  const keyData = compileData(key.format, cx);
  const keyOrder = compileKeyOrder(key.format);
  return (reading, { top, div }) => {
    const merged = values.merge(reading);
    return Array.from(shownEntries(reading, merged, keyOrder, top), (i) => ({
      key: keyData(reading.keys, i * reading.keyStride),
      value: merged.value(i, div),
    }));
  };
}

function seriesEntries({ key }: ScriptMap, format: SeriesFormat, cx: ValueContext): EntriesReader {
  const keyData = key === undefined ? undefined : compileData(key.format, cx);
  return (reading) =>
    collectSeries(reading, format).map(({ entry, points }) => ({
      key: keyData?.(reading.keys, entry * reading.keyStride),
      value: points.map(({ epoch, value }) => ({ startNs: epoch * format.intervalNs, value })),
    }));
}
