import type { Action } from "./define.js";

/** A program has changed what is to be in a slot. */
export const fillSlot: Action<"fill-slot"> = (schema, { programArrays }) => {
  const map = schema.site.map;
  const offset = schema.fields[0]?.offset ?? 0;
  return (m, at) => programArrays.fill(map, m.view.getUint32(at + offset, true));
};
