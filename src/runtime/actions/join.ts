import { valuesOf } from "./event-fields.js";
import type { Action } from "./define.js";

/** Up to the first string that is empty. */
export const join: Action<"join"> = (schema, { object, output, values }) => {
  const separator = object.strings[schema.site.separator] ?? " ";
  const { arguments: fields, locate } = valuesOf(schema, values);
  const readers = fields.map((field) => field.text());
  return (m, at) => {
    locate?.(m, at);
    const strings: string[] = [];
    for (const read of readers) {
      const text = read(m, at);
      if (text === "") break;
      strings.push(text);
    }
    output.join(strings, separator);
  };
};
