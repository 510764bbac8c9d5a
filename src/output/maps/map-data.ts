/** Maps as data: what the text of a map shows, for programs. */
import type { ScriptMap } from "../../../codegen/object.js";
import type { MapData } from "../data.js";
import type { MapReading } from "../map-reading.js";
import type { ValueContext } from "../value-context.js";
import { compileData, decoded } from "../value-data.js";
import { compileEntries, type MapPrintOptions } from "./map-entries.js";
import { compileMapValues } from "./map-values.js";

export function compileMapData(
  map: ScriptMap,
  cx: ValueContext,
): (reading: MapReading, options: MapPrintOptions) => MapData {
  const compiled = compileMapValues(map, cx);
  const entries = compileEntries(map, cx);
  const keyData = map.key === undefined ? undefined : compileData(map.key.format, cx);
  const named = { name: decoded(map.name), kind: map.value.kind };
  return (reading, options) => {
    const values = compiled(reading);
    const shown = Array.from(entries(reading, values, options), (i) => ({
      key: keyData?.(reading.keys, i * reading.keyStride),
      value: values.data(i, options.div),
    }));
    return { ...named, entries: shown };
  };
}
