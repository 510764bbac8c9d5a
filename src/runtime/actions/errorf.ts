import type { Action } from "./define.js";
import { textOf } from "./printf.js";

export const errorf: Action<"errorf"> = (schema, host) => {
  const text = textOf(schema, host);
  return (m, at) => host.output.errorf(text(m, at), schema.span);
};
