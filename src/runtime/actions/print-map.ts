import type { EventSchema } from "../../../codegen/object.js";
import type { Afterwards } from "../script-maps.js";
import { type Action, siteNumber } from "./define.js";

/** When the map is cleared or zeroed right after, both are one pass over it: no update in between is lost. */
export const printMap: Action = (schema, host) => {
  const map = siteNumber(schema, "map");
  const top = siteNumber(schema, "top") >>> 0;
  const div = siteNumber(schema, "div") >>> 0;
  return () => {
    const afterwards = afterwardsOf(map, host.peek());
    if (afterwards !== "keep") host.skip();
    host.maps.print(map, { top, div, afterwards });
  };
};

const afterwardsOf = (map: number, next: EventSchema | undefined): Afterwards =>
  next !== undefined && next.site["map"] === map && (next.action === "clear" || next.action === "zero")
    ? next.action
    : "keep";
