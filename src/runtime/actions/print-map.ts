import type { Action } from "./define.js";

/** When the map is cleared or zeroed right after, both are one pass over it: no update in between is lost. */
export const printMap: Action<"print-map"> = (schema, host) => {
  const map = schema.site.map;
  const { top, div, afterwards } = schema.site;
  return () => host.maps.print(map, { top, div, afterwards });
};
