import type { Action } from "./define.js";
import { textOf } from "./printf.js";

export const warnf: Action<"warnf"> = (schema, host) => {
  const text = textOf(schema, host);
  return (m, at) => host.output.warnf(text(m, at), schema.span);
};
