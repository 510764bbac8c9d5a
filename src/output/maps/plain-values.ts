/** The values of maps that do not aggregate. */
import type { PlainFormat, ValueFormat } from "../../../codegen/object.js";
import type { ShownValues } from "../aggregations/index.js";
import type { Data } from "../data.js";
import { compareIntegers, divide, type Integer, type IntegerReader, integerReader } from "../integer.js";
import { jsonInteger } from "../json.js";
import type { MapReading } from "../map-reading.js";
import { numberColumn, rowFormat, rowOf } from "../rows.js";
import type { ValueContext } from "../value-context.js";
import { compileData } from "../value-data.js";
import { compileJson } from "../value-json.js";
import { compileText } from "../value-text.js";

export function compilePlain(
  { format, setFlagOffset }: PlainFormat,
  cx: ValueContext,
): (reading: MapReading) => ShownValues<Data> {
  const [text, json, data] = [compileText(format, cx), compileJson(format, cx), compileData(format, cx)];
  const read = numberReader(format);
  const row = rowFormat(format, cx);
  return (reading) => {
    const { count, values, valueStride } = reading;
    const divided = (i: number, div: number): Integer | undefined =>
      div > 1 && read !== undefined ? divide(read(values, i * valueStride), div) : undefined;
    const numbers = read === undefined ? undefined : exactNumbers(reading, read);
    const divisor = (div: number): number => (read === undefined ? 1 : div);
    return {
      row: row && ((div) => rowOf(row, values.bytes, valueStride, divisor(div))),
      jsonRow: numbers && ((div) => [numberColumn(numbers, div)]),
      isSet: (i) => (setFlagOffset === undefined ? i < count : values.bytes[i * valueStride + setFlagOffset] !== 0),
      order:
        read === undefined
          ? undefined
          : (a, b) => compareIntegers(read(values, a * valueStride), read(values, b * valueStride)),
      numbers,
      text: (i, div) => divided(i, div)?.toString() ?? text(values, i * valueStride),
      json: (i, div) => {
        const n = divided(i, div);
        return n === undefined ? json(values, i * valueStride) : jsonInteger(n);
      },
      data: (i, div) => divided(i, div) ?? data(values, i * valueStride),
    };
  };
}

function exactNumbers({ count, values, valueStride }: MapReading, read: IntegerReader): Float64Array | undefined {
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const n = read(values, i * valueStride);
    if (typeof n !== "number") return undefined;
    numbers[i] = n;
  }
  return numbers;
}

const numberReader = (format: ValueFormat): IntegerReader | undefined =>
  format.kind === "int" || format.kind === "enum" ? integerReader(format.bytes, format.isSigned) : undefined;
