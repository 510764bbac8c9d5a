import type { Action } from "./define.js";

export const zero: Action<"zero"> = (schema, { maps }) => {
  const map = schema.site.map;
  return () => maps.zero(map);
};
