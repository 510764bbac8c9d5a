import type { Action } from "./define.js";
import { formattedText } from "./printf.js";

export const warnf: Action = (schema, host) => {
  const text = formattedText(schema, host);
  return (m, at) => host.output.warnf(text(m, at), schema.span);
};
