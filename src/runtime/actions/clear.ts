import { type Action, siteNumber } from "./define.js";

export const clear: Action = (schema, { maps }) => {
  const map = siteNumber(schema, "map");
  return () => maps.clear(map);
};
