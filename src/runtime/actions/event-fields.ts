/** The fields of an event as arguments of a formatting call: where each value lies in a record. */
import type { EventBase, EventField } from "../../../codegen/object.js";
import {
  type Argument,
  fixedArgument,
  jsonString,
  type Memory,
  type SentValues,
  stringData,
  stringText,
  stringWriter,
  type TextReader,
  type ValueContext,
} from "../../output/index.js";

export function valuesOf(schema: EventBase, cx: ValueContext): SentValues {
  const strings = schema.fields.filter((field) => field.variable !== undefined);
  if (strings.length === 0) {
    return { arguments: schema.fields.map((f) => fixedArgument(f.format, f.offset, cx)), locate: undefined };
  }
  // Where each string of the record at hand begins. One record is read at a time.
  const starts = strings.map(() => 0);
  const lengthOffsets = strings.map((field) => field.offset);
  return {
    arguments: schema.fields.map((field) =>
      field.variable === undefined
        ? fixedArgument(field.format, field.offset, cx)
        : stringArgument(field, field.variable.capacity, starts, strings.indexOf(field), cx),
    ),
    locate(m, at) {
      let end = at + schema.fixedBytes;
      for (let i = 0; i < starts.length; i++) {
        starts[i] = end;
        end += m.view.getUint32(at + (lengthOffsets[i] ?? 0), true);
      }
    },
  };
}

/** Such a field is a u32, the length of a string in the record's variable part. */
function stringArgument(
  { format, offset }: EventField,
  capacity: number,
  starts: readonly number[],
  index: number,
  cx: ValueContext,
): Argument {
  const text = stringText(capacity, cx);
  const startOf = (): number => starts[index] ?? 0;
  const write = stringWriter(capacity, cx);
  const lengthOf = (m: Memory, at: number): number => m.view.getUint32(at + offset, true);
  const read: TextReader = (m, at) => text(m, startOf(), lengthOf(m, at));
  const never = (): never => {
    throw new TypeError("a string is neither a number nor a buffer");
  };
  return {
    format,
    text: () => read,
    writer: () => (m, at, to) => write(m, startOf(), lengthOf(m, at), to),
    json: () => (m, at) => jsonString(read(m, at)),
    integer: never,
    buffer: never,
    data() {
      const data = stringData(capacity, cx);
      return (m, at) => data(m, startOf(), lengthOf(m, at));
    },
  };
}
