/** Maps as JSON (output.md 13.2): one record for each, empty text when there is nothing to show. */
import type { ScriptMap } from "../../../codegen/object.js";
import { jsonObject, jsonString } from "../json.js";
import { type Row, type RowFormat, writeRows } from "../rows.js";
import type { ValueContext } from "../value-context.js";
import { jsonLabels } from "./json-labels.js";
import { compileEntries } from "./map-entries.js";
import { compileKeyRow, compileKeyText, keysIn, type MapPrinter } from "./map-text.js";
import { compileMapValues, recordOf } from "./map-values.js";

export function compileMapJson(map: ScriptMap, cx: ValueContext): MapPrinter {
  const type = recordOf(map);
  const begin = `{"type": "${type}", "data": `;
  const record = (value: string): string => `${begin}${jsonObject([[map.name, value]])}}\n`;
  // What averages is shown even when it is empty.
  const nothing = type === "stats" ? record("{}") : "";
  const compiled = compileMapValues(map, cx);
  const entries = compileEntries(map, cx);
  const keyText = map.key === undefined ? undefined : compileKeyText(map.key, cx);
  const keyRow = map.key === undefined ? undefined : compileLabelRow(map.key, cx);
  return (reading, options, out) => {
    if (keyText !== undefined && reading.count === 0) return out.write(nothing);
    const values = compiled(reading);
    const chosen = entries(reading, values, options);
    if (chosen instanceof Uint32Array && keyRow !== undefined && values.jsonRow !== undefined) {
      const member: Row = ['"', ...keysIn(reading, keyRow), '": ', ...values.jsonRow(options.div)];
      const [first, others] = [chosen.subarray(0, 1), chosen.subarray(1)];
      out.write(`${begin}{${jsonString(map.name)}: {`);
      writeRows({ entries: first, row: member, reading }, cx, out);
      writeRows({ entries: others, row: [", ", ...member], reading }, cx, out);
      return out.write("}}}\n");
    }
    const shown = Array.from(chosen, (i) => ({ i, value: values.json(i, options.div) }));
    if (keyText === undefined) {
      const [only] = shown;
      return out.write(only === undefined ? nothing : record(only.value));
    }
    const labels = jsonLabels(shown.map(({ i }) => keyText(reading.keys, i * reading.keyStride)));
    const members = shown.map(({ value }, i) => `${labels[i]}: ${value}`);
    out.write(record(`{${members.join(", ")}}`));
  };
}

/** Numbers need no escapes, and no two keys of them have one label. */
function compileLabelRow(key: NonNullable<ScriptMap["key"]>, cx: ValueContext): RowFormat | undefined {
  const row = compileKeyRow(key, cx);
  const isOfNumbers = row?.every(
    (part) => typeof part === "string" || part.kind === "signed" || part.kind === "unsigned",
  );
  return isOfNumbers === true
    ? row?.map((part) => (typeof part === "string" ? part.replaceAll(" ", "") : part))
    : undefined;
}
