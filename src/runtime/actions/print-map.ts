import type { EventSchema } from "../../../codegen/object.js";
import type { Afterwards } from "../script-maps.js";
import { type Action, siteNumber } from "./define.js";

/** When the map is cleared or zeroed right after, both are one pass over it: no update in between is lost. */
export const printMap: Action = (schema, host) => {
  const map = siteNumber(schema, "map");
  const top = siteNumber(schema, "top") >>> 0;
  const div = siteNumber(schema, "div") >>> 0;
  const afterwards = afterwardsOf(schema);
  return () => host.maps.print(map, { top, div, afterwards });
};

function afterwardsOf({ site }: EventSchema): Afterwards {
  const how = site["afterwards"];
  return how === "clear" || how === "zero" ? how : "keep";
}
