import { valuesOf } from "./event-fields.js";
import type { Action } from "./define.js";

export const printValue: Action<"print-value"> = (schema, { output, values }) =>
  output.compileValue(valuesOf(schema, values), schema.span);
