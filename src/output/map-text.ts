/** Maps in text (output.md 4 and 5). A map is compiled once; printing it then takes one reading. */
import type { ScriptMap } from "../../codegen/object.js";
import { histogramRows } from "./histogram.js";
import { compileKeyOrder } from "./key-order.js";
import { shownEntries } from "./map-entries.js";
import type { MapReading } from "./map-reading.js";
import { compileMapValues, type ValueStyle } from "./map-value.js";
import { collectSeries, type SeriesFormat } from "./series.js";
import { seriesText } from "./series-text.js";
import type { ValueContext } from "./value-context.js";
import { compileText, type TextReader } from "./value-text.js";

export interface MapPrintOptions {
  /** Only the last so many entries; 0: all. */
  readonly top: number;
  /** What numbers are divided by; 0: 1. */
  readonly div: number;
  /** `zero()` was the last thing done to the map: a scalar then shows its zero value. */
  readonly wasZeroed: boolean;
  /** The dump at the end of the run leaves out scalar maps that were never set. */
  readonly isAtExit: boolean;
}

/** One reading as text; empty when there is nothing to show. */
export type MapPrinter = (reading: MapReading, options: MapPrintOptions) => string;

const textStyle = (cx: ValueContext): ValueStyle<string> => ({
  plain: (format) => compileText(format, cx),
  integer: (n) => n.toString(),
  stats: (count, average, total) => `{ .count = ${count}, .average = ${average}, .total = ${total} }`,
  histogram: histogramRows,
});

/** A histogram is a block of rows below its name. */
export const isHistogram = ({ value }: ScriptMap): boolean => value.kind === "hist" || value.kind === "lhist";

/** Whether a scalar map that holds nothing is shown all the same, with its zero value. */
export const showsUnset = (map: ScriptMap, { wasZeroed, isAtExit }: MapPrintOptions): boolean =>
  wasZeroed || (!isAtExit && !isHistogram(map));

export function compileMapText(map: ScriptMap, cx: ValueContext): MapPrinter {
  if (map.value.kind === "tseries") return compileSeriesMap(map, map.value, cx);
  const values = compileMapValues(map.value, textStyle(cx));
  const line = isHistogram(map)
    ? (label: string, text: string) => `${label}:\n${text}\n`
    : (label: string, text: string) => `${label}: ${text}\n`;
  const { name, key } = map;
  if (key === undefined) {
    return (reading, options) => {
      const merged = values.merge(reading);
      return merged.isSet(0) || showsUnset(map, options) ? line(name, merged.value(0, options.div)) : "";
    };
  }
  const keyText = compileKeyText(key, cx);
  const keyOrder = compileKeyOrder(key.format);
  return (reading, { top, div }) => {
    const merged = values.merge(reading);
    let text = "";
    for (const i of shownEntries(reading, merged, keyOrder, top)) {
      text += line(`${name}[${keyText(reading.keys, i * reading.keyStride)}]`, merged.value(i, div));
    }
    return text;
  };
}

/** Neither `top` nor `div` has an effect. */
function compileSeriesMap({ name, key }: ScriptMap, format: SeriesFormat, cx: ValueContext): MapPrinter {
  const keyText = key === undefined ? undefined : compileKeyText(key, cx);
  return (reading) =>
    collectSeries(reading, format)
      .map(({ entry, points }) => {
        const label = keyText === undefined ? name : `${name}[${keyText(reading.keys, entry * reading.keyStride)}]`;
        return `${label}:\n${seriesText(points, format, cx.zone)}`;
      })
      .join("");
}

/** The parentheses of a key of several parts are not shown. */
export function compileKeyText(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): TextReader {
  const text = compileText(key.format, cx);
  return key.format.kind === "tuple" ? (m, at) => text(m, at).slice(1, -1) : text;
}
