import { fieldsOf } from "./event-fields.js";
import type { Action } from "./define.js";

export const printValue: Action = (schema, { output, values }) => {
  const {
    arguments: [value],
    locate,
  } = fieldsOf(schema, values);
  if (value === undefined) throw new TypeError("an event of print() has no value");
  const text = output.compileValue(value);
  return (m, at) => {
    locate?.(m, at);
    output.value(text(m, at));
  };
};
