import type { Action } from "./define.js";
import { formattedText } from "./printf.js";

export const errorf: Action = (schema, host) => {
  const text = formattedText(schema, host);
  return (m, at) => host.output.errorf(text(m, at), schema.span);
};
