/** Maps as JSON (output.md 13.2): one record for each, empty text when there is nothing to show. */
import type { ScriptMap } from "../../../codegen/object.js";
import { jsonObject } from "../json.js";
import type { ValueContext } from "../value-context.js";
import { jsonLabels } from "./json-labels.js";
import { compileEntries } from "./map-entries.js";
import { compileKeyText, type MapPrinter } from "./map-text.js";
import { compileMapValues, recordOf } from "./map-values.js";

export function compileMapJson(map: ScriptMap, cx: ValueContext): MapPrinter {
  const type = recordOf(map);
  const record = (value: string): string => `{"type": "${type}", "data": ${jsonObject([[map.name, value]])}}\n`;
  // What averages is shown even when it is empty.
  const nothing = type === "stats" ? record("{}") : "";
  const compiled = compileMapValues(map, cx);
  const entries = compileEntries(map);
  const keyText = map.key === undefined ? undefined : compileKeyText(map.key, cx);
  return (reading, options) => {
    if (keyText !== undefined && reading.count === 0) return nothing;
    const values = compiled(reading);
    const shown = Array.from(entries(reading, values, options), (i) => ({ i, value: values.json(i, options.div) }));
    if (keyText === undefined) {
      const [only] = shown;
      return only === undefined ? nothing : record(only.value);
    }
    const labels = jsonLabels(shown.map(({ i }) => keyText(reading.keys, i * reading.keyStride)));
    const members = shown.map(({ value }, i) => `${labels[i]}: ${value}`);
    return record(`{${members.join(", ")}}`);
  };
}
