import { type Action, siteNumber } from "./define.js";

export const zero: Action = (schema, { maps }) => {
  const map = siteNumber(schema, "map");
  return () => maps.zero(map);
};
