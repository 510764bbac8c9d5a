import type { Action } from "./define.js";

export const clear: Action<"clear"> = (schema, { maps }) => {
  const map = schema.site.map;
  return () => maps.clear(map);
};
