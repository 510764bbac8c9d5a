import { type Action, siteNumber } from "./define.js";

/** A program has changed what is to be in a slot. */
export const fillSlot: Action = (schema, { programArrays }) => {
  const map = siteNumber(schema, "map");
  const offset = schema.fields[0]?.offset ?? 0;
  return (m, at) => programArrays.fill(map, m.view.getUint32(at + offset, true));
};
